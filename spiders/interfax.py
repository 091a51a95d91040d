"""Interfax, the private agency of Russia: the Russian site and its newsroom in English."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Interfax(WireSpider):
    name = "interfax"
    title = "Interfax"
    country = "RU"
    kind = "wire"
    packs = ("russia", "eurasia")
    feeds = ("https://www.interfax.ru/rss.asp",)
    listings = ("https://interfax.com/newsroom/top-stories/",)
    article_urls = (
        r"^https?://www\.interfax\.ru/[a-z-]+/\d+/?$"
        r"|^https?://(?:www\.)?interfax\.com/newsroom/top-stories/\d+/?$"
    )
    languages = ("ru", "en")
    timezone = "Europe/Moscow"  # datePublished states no offset, and means Moscow
    credits = ("Interfax", "Интерфакс", "INTERFAX.RU", "ИНТЕРФАКС")
    archive = Archive(days=("https://www.interfax.ru/news/{date:%Y/%m/%d}/all/page_{page}",))
    evidence = (
        "feed: in production elsewhere, no probe recorded, 2026-08-22 (WM); windows-1251 once (K)",
        "day pages: read by a scraper, 2026-09-29 (SCR); datePublished without an offset (SCR)",
        "interfax.com/newsroom/top-stories/119226: cited 2026-09-22 (repository copies)",
    )
