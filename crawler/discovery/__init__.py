"""What a source says exists: feeds, sitemaps and listing pages, each turned into entries."""
