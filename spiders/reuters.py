"""Reuters. Its articles answer 401: a story is the headline of the news sitemap."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Reuters(WireSpider):
    name = "reuters"
    title = "Reuters"
    country = "GB"
    kind = "wire"
    packs = ("global-wires",)
    sitemaps = ("https://www.reuters.com/arc/outboundfeeds/news-sitemap-index/?outputType=xml",)
    max_pages = 5  # of 86 sitemaps for two days; each holds a hundred
    article_urls = r"^https?://www\.reuters\.com/(?:[a-z0-9-]+/)+[a-z0-9-]+-\d{4}-\d{2}-\d{2}/?$"
    languages = ("en",)  # news:language says "en" of every language
    timezone = "UTC"
    credits = ("Reuters",)
    lead_only = True
    archive = Archive(
        sitemaps=(
            "https://www.reuters.com/arc/outboundfeeds/sitemap3/{date:%Y-%m-%d}/?outputType=xml",
        ),
    )
    evidence = (
        "news sitemap index of 86, daily sitemaps: 2026-06-10 (REU)",
        "articles: 401 (REU, FUN); feeds: gone 2026-06..08 (BLK, AUD, PRESS)",
    )
