"""Eurojust, the EU's agency for co-operation of prosecutors."""

from crawler.crawl.wire_spider import WireSpider


class Eurojust(WireSpider):
    name = "eurojust"
    title = "Eurojust"
    country = "INT"
    kind = "institution"
    packs = ("security-bodies", "europe")
    feeds = ("https://www.eurojust.europa.eu/rss/news.xml",)
    article_urls = r"^https?://www\.eurojust\.europa\.eu/news/[A-Za-z0-9-]+$"
    languages = ("en",)
    timezone = "Europe/Amsterdam"
    credits = ("Eurojust",)
    evidence = (
        "feed: live 2026-05-13 (NS)",
        "addresses: seen 2021 to 2026-05, some with capitals, repository copies",
        "Drupal: not re-checked (K)",
    )
