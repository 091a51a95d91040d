"""AMLA, the EU's authority against money laundering and the financing of terrorism."""

from crawler.crawl.wire_spider import WireSpider


class Amla(WireSpider):
    name = "amla"
    title = "AMLA"
    country = "INT"
    kind = "institution"
    packs = ("financing", "europe")
    # The feed's links are relative, "/slug_en".
    feeds = ("https://www.amla.europa.eu/node/19/rss_en",)
    article_urls = r"^https?://www\.amla\.europa\.eu/(?!node/)(?:[a-z0-9-]+/)*[a-z0-9-]+_en$"
    languages = ("en",)
    timezone = "Europe/Berlin"
    credits = ("AMLA",)
    evidence = (
        "feed: HTTP 200, 30 dated items, 2026-08-13 (NNW); pubDate has an offset, 2026-05 copies",
        "page metadata: not seen",
    )
