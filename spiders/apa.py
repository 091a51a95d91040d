"""APA, the Azeri-Press Agency."""

from crawler.crawl.wire_spider import WireSpider


class Apa(WireSpider):
    name = "apa"
    title = "APA"
    country = "AZ"
    kind = "wire"
    packs = ("caucasus", "eurasia")
    feeds = ("https://en.apa.az/rss", "https://apa.az/rss")
    article_urls = r"^https?://(?:(?:www|en|ru)\.)?apa\.az/[a-z_-]+/[^/?#]+-\d{5,}/?$"
    languages = ("en", "az")
    timezone = "Asia/Baku"
    credits = ("APA",)
    evidence = (
        "apa.az feed: live 2026-09 (CA)",
        "en.apa.az feed: read with 50 items; its addresses: 2026-03..09 (repository copies)",
    )
