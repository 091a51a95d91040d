"""Hedayah, the centre for countering extremism in Abu Dhabi."""

from crawler.crawl.wire_spider import WireSpider


class Hedayah(WireSpider):
    name = "hedayah"
    title = "Hedayah"
    country = "AE"
    kind = "institution"
    unproven = "Nobody has recorded a feed, a list or the address of a news page."
    home = "https://hedayah.com/"
    article_urls = (
        r"^https?://hedayah\.com/(?:[a-z]+/)?[a-z0-9]+(?:-[a-z0-9]+){2,}/?$"
        r"|^https?://hedayah\.com/news/[a-z0-9-]+/?$"
    )
    languages = ("en",)
    timezone = "Asia/Dubai"
    credits = ("Hedayah",)
    evidence = (
        "site: named by stored pages (PG), /resources/... of 2026, repository copies",
        "WordPress: files under /app/uploads, repository copies; the rest (K)",
    )
