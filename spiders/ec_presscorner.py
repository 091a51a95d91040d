"""The press corner of the European Commission."""

from crawler.crawl.wire_spider import WireSpider


class EcPresscorner(WireSpider):
    name = "ec_presscorner"
    title = "European Commission"
    country = "INT"
    kind = "institution"
    packs = ("europe",)
    feeds = ("https://ec.europa.eu/commission/presscorner/api/rss?language=en",)
    article_urls = (
        r"^https?://ec\.europa\.eu/commission/presscorner/detail/[a-z]{2}/[a-z]+_\d{2}_\d+$"
    )
    languages = ("en",)
    timezone = "Europe/Brussels"
    credits = ("European Commission",)
    lead_only = True  # a page is an empty shell; its text comes from an interface, in JSON
    evidence = (
        "feed: live 2026-01 (TBR); HTTP 200 on 2026-08-29, repository copies",
        "pages: an empty JavaScript shell, 2026, repository copies",
    )
