"""Archives for backfills: Common Crawl, Wayback Machine, GDELT and local WARC files."""
