"""A replica of some wires on loopback: for `wirewatch demo`, for tests, for benchmarks."""
