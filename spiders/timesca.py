"""The Times of Central Asia."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class TimesCa(WireSpider):
    name = "timesca"
    title = "The Times of Central Asia"
    country = "KG"
    packs = ("central-asia",)
    feeds = ("https://timesca.com/feed",)
    article_urls = r"^https?://timesca\.com/[a-z0-9-]{12,}/?$"
    languages = ("en",)
    timezone = "Asia/Bishkek"
    credits = ("TCA", "The Times of Central Asia")
    archive = Archive(feeds=("https://timesca.com/feed/?paged={page}",))
    evidence = (
        "feed: live 2026-09 (CA)",
        "addresses: cited 2025-11..2026 (repository copies); WordPress (K)",
    )
