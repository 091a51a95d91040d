"""Khovar, the national information agency of Tajikistan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Khovar(WireSpider):
    name = "khovar"
    title = "Khovar"
    country = "TJ"
    kind = "wire"
    packs = ("central-asia", "eurasia")
    feeds = ("https://khovar.tj/rss/", "https://khovar.tj/rus/feed/")
    listings = ("https://khovar.tj/eng/",)
    article_urls = r"^https?://(?:eng\.)?khovar\.tj/(?:(?:rus|eng|ar)/)?\d{4}/\d{2}/[^/]+/?$"
    languages = ("tg", "ru", "en")
    timezone = "Asia/Dushanbe"
    credits = ("Khovar", "Ховар", "НИАТ «Ховар»", "АМИТ «Ховар»", "NIAT “Khovar”")
    archive = Archive(
        feeds=("https://khovar.tj/rus/feed/?paged={page}",),
        captures=("eng.khovar.tj/*", "khovar.tj/rus/*", "khovar.tj/eng/*"),
    )
    evidence = (
        "tg feed: live 2026-09 (CA); ru feed: in 2026 feed lists (LST), WordPress",
        "datelines 'ДУШАНБЕ, 23.05.2018 /НИАТ «Ховар»/.': stored pages (PG)",
    )
