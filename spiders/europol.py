"""Europol, with its European Counter Terrorism Centre."""

from crawler.crawl.wire_spider import WireSpider


class Europol(WireSpider):
    name = "europol"
    title = "Europol"
    country = "INT"
    kind = "institution"
    packs = ("security-bodies", "europe")
    # Ten entries without a date: a story's time is that of its first sight.
    feeds = ("https://www.europol.europa.eu/cms/api/rss/news",)
    article_urls = r"^https?://www\.europol\.europa\.eu/(?:media-press/)?newsroom/news/[^/?]+$"
    languages = ("en",)
    timezone = "Europe/Amsterdam"
    credits = ("Europol",)
    lead_only = True  # the pages are built by a script
    evidence = (
        "feed: live, 10 items, no pubDate: 2026-08-16 (NNW), 2026-05-13 (NS)",
        "pages: a JavaScript app (NNW)",
    )
