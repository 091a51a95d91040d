"""Configuration: `wirewatch.toml`, read and checked; sources, routes, messages, times."""
