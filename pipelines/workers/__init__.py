"""Worker processes: a pool that extracts and compares where a page can do no harm."""
