"""ASEAN, the Association of Southeast Asian Nations."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Asean(WireSpider):
    name = "asean"
    title = "ASEAN"
    country = "INT"
    kind = "institution"
    packs = ("security-bodies", "asia")
    feeds = ("https://asean.org/category/news/feed/",)
    article_urls = r"^https?://asean\.org/[a-z0-9-]{10,}/?$"
    languages = ("en",)
    timezone = "Asia/Jakarta"
    credits = ("ASEAN",)
    archive = Archive(feeds=("https://asean.org/category/news/feed/?paged={page}",))
    evidence = (
        "feed: HTTP 200 three times, 10 dated items through 2026-08-19, repository copies",
        "addresses: partly seen (PG); WordPress, its paged feeds (K)",
    )
