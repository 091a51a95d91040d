"""Armenpress, the state agency of Armenia. Its articles are behind a wall: a story is its lead."""

from crawler.crawl.wire_spider import WireSpider


class Armenpress(WireSpider):
    name = "armenpress"
    title = "Armenpress"
    country = "AM"
    kind = "wire"
    packs = ("caucasus", "eurasia")
    feeds = ("https://armenpress.am/en/rss/articles", "https://armenpress.am/ru/rss/articles")
    article_urls = (
        r"^https?://armenpress\.am/[a-z]{2}/article/\d+(?:/[^/?#]+)?/?$"
        r"|^https?://armenpress\.am/(?:eng|arm|rus)/news/\d+(?:/[^/?#]+)?/?$"
    )
    languages = ("en", "ru")
    timezone = "Asia/Yerevan"  # the feed states its times to the hour
    credits = ("Armenpress", "ARMENPRESS", "Арменпресс", "АРМЕНПРЕСС")
    lead_only = True
    evidence = (
        "en feed: 50 items, read live 2026-09-21; ru path beside it: 2026 (repository copies)",
        "/eng/rss/ and pages: 403 from Cloudflare, 2026-06-14 (BLK)",
    )
