"""WebSub: hubs that bring a feed when it changes, instead of our asking (W3C, 2018)."""
