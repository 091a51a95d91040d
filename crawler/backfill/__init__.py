"""Backfill on demand: what a source published in the past, in shards that can be interrupted."""
