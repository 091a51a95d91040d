"""Asia-Plus, a private agency of Tajikistan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class AsiaPlus(WireSpider):
    name = "asiaplus"
    title = "Asia-Plus"
    country = "TJ"
    kind = "wire"
    packs = ("central-asia", "eurasia")
    feeds = ("https://asiaplustj.info/rss/", "https://asiaplustj.info/en/rss.xml")
    article_urls = (
        r"^https?://(?:www\.)?asiaplustj\.info/(?:en|ru|tj)/news/[a-z]+/[a-z-]+/\d{8}/[^/?#]+/?$"
    )
    languages = ("ru", "en", "tg")
    timezone = "Asia/Dushanbe"
    credits = ("Asia-Plus", "Азия-Плюс", "ASIA-Plus")
    archive = Archive(
        captures=(
            "asiaplustj.info/en/news/tajikistan/security/*",
            "asiaplustj.info/en/news/tajikistan/politics/*",
        ),
    )
    evidence = (
        "ru feed: live 2026-09 (CA); en feed: live 2026 (OBS); malformed XML at times (GA)",
        "addresses with the day: stored pages (PG), cited 2025-11 (repository copies)",
    )
