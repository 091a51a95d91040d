"""TASS in English (tass.com). The Russian site's article pages are behind a wall."""

from crawler.wire import WireSpider


class Tass(WireSpider):
    name = "tass"
    title = "TASS"
    country = "RU"
    kind = "wire"
    packs = ("russia", "eurasia")
    feeds = ("https://tass.com/rss/v2.xml",)
    article_urls = r"^https?://tass\.com/[a-z-]+/\d+/?$"
    languages = ("en",)
    timezone = "Europe/Moscow"
    credits = ("TASS",)
    body = "div.text-content"
    evidence = (
        "feed: live, over 100 items a day, 2026-10 (RC, TBR, BLK); 403 from one network 2026-01",
        "JSON-LD datePublished, div.text-content: live probes 2026-10-02..05 (RC)",
        "tass.ru article pages and robots.txt answer 403: 2026-10-02 (RC)",
    )
