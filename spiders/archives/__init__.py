"""The roads of a backfill that lead through other people's archives, and through files."""
