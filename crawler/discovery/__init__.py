"""Discovery: feeds, sitemaps and listing pages, each turned into entries."""
