"""WebSub: subscriptions to the hubs that push feeds, and the callback that hubs call."""
