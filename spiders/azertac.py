"""AZERTAC, the state agency of Azerbaijan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Azertac(WireSpider):
    name = "azertac"
    title = "AZERTAC"
    country = "AZ"
    kind = "wire"
    packs = ("caucasus", "eurasia")
    feeds = ("https://azertag.az/en/rss", "https://azertag.az/ru/rss")
    article_urls = r"^https?://azertag\.az/(?:[a-z]{2}/)?xeber/(?:[^/?#]+-)?\d{4,8}$"
    languages = ("en", "ru", "az")
    timezone = "Asia/Baku"
    credits = ("AZERTAC", "АЗЕРТАДЖ", "AZƏRTAC")
    archive = Archive(captures=("azertag.az/en/xeber/*", "azertag.az/ru/xeber/*"))
    evidence = (
        "feeds: live 2026-09 (CA)",
        "articles, '08.07.2026 [10:28]', 'Baku, July 8, AZERTAC': repository copies, 2026-07",
    )
