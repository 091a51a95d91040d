"""Baseline: what is usual for a source (its norm), and silence and floods against it."""
