"""Backfill: what sources published in the past, out of their own and other archives."""
