"""Crawling: the spider, its runs, and what Scrapy is made to do differently."""
