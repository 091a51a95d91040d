"""Kyodo News of Japan: its English service, Japan Wire."""

from crawler.crawl.wire_spider import WireSpider


class Kyodo(WireSpider):
    name = "kyodo"
    title = "Kyodo News"
    country = "JP"
    kind = "wire"
    packs = ("asia",)
    feeds = ("https://english.kyodonews.net/list/feed/rss4kyodonews-fzone",)
    article_urls = (
        r"^https?://english\.kyodonews\.net/"
        r"(?:articles/-/\d+|news/\d{4}/\d{2}/[0-9a-f]+[^/]*\.html)$"
    )
    languages = ("en",)
    timezone = "Asia/Tokyo"
    credits = ("KYODO", "Kyodo", "Kyodo News")
    evidence = (
        "feed: 25 items, the only one that the rebuilt home page names: 2026 (repository copies)",
        "/rss/all.xml and /rss/news.xml: 404, 2026-01..06 (BLK, VAL, TBR); partly for pay (K)",
    )
