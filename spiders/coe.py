"""The Council of Europe: its counter-terrorism committee (CDCT) and MONEYVAL."""

from crawler.crawl.wire_spider import WireSpider


class Coe(WireSpider):
    name = "coe"
    title = "Council of Europe"
    country = "INT"
    kind = "institution"
    unproven = "There is no feed of its own, and the addresses of its lists are guesses."
    listings = (
        "https://www.coe.int/en/web/counter-terrorism/news",
        "https://www.coe.int/en/web/moneyval/news",
    )
    article_urls = r"^https?://www\.coe\.int/(?:en|fr)/web/[a-z-]+/-/[^/?]+$"
    languages = ("en", "fr")
    timezone = "Europe/Paris"
    credits = ("Council of Europe",)
    evidence = (
        "no single feed: 2026-09-16 (PL); /web/moneyval/rss is in lists, not probed (2026 copies)",
        "addresses: partly seen (PG); Liferay; lists: (K)",
    )
