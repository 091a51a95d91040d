"""Storage of stories: articles, the similarity index for deduplication, full-text search."""
