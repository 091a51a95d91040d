"""Command line of the pipelines: `wirewatch extract`, `dedup` and `rules`."""
