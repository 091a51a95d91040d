"""Which articles are one story: what two texts share, and what that means."""
