"""Storage of health: observations, conditions, outages, canaries, and the statistics of sources."""
