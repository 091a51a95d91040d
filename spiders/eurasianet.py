"""Eurasianet, on Central Asia and the Caucasus."""

from crawler.crawl.wire_spider import WireSpider


class Eurasianet(WireSpider):
    name = "eurasianet"
    title = "Eurasianet"
    country = "US"
    feeds = ("https://eurasianet.org/rss",)
    article_urls = r"^https?://eurasianet\.org/[a-z0-9-]{12,}$"
    languages = ("en",)
    timezone = "America/New_York"
    credits = ("Eurasianet",)
    unproven = "Five spellings of its feed circulate; the one probe on record found none of them."
    evidence = (
        "/rss in production elsewhere, /rss.xml failed in a probe: 2026 (repository copies)",
        "addresses: cited (repository copies)",
    )
