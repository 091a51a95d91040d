"""Benchmarks: what the program does per second, and how well, beside its peers."""
