"""TASS in Russian (tass.ru). Its article pages answer 403: a story is its headline and lead."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class TassRu(WireSpider):
    name = "tass_ru"
    title = "ТАСС"
    country = "RU"
    kind = "wire"
    packs = ("russia", "eurasia")
    feeds = ("https://tass.ru/rss/v2.xml",)
    article_urls = r"^https?://tass\.ru/[a-z0-9-]+/\d+/?$"
    languages = ("ru",)
    timezone = "Europe/Moscow"
    credits = ("ТАСС", "TASS")
    lead_only = True
    # Captures of less than 5,000 bytes are challenges, not articles.
    archive = Archive(
        captures=(
            "tass.ru/politika/*",
            "tass.ru/mezhdunarodnaya-panorama/*",
            "tass.ru/armiya-i-opk/*",
        ),
    )
    evidence = (
        "feed: headline and lead, 2026-10-02 (RC)",
        "article pages and robots.txt: 403, 2026-10-02 (RC); captures: 2026-10 (RC)",
    )
