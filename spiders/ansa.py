"""ANSA, the agency of Italy, in Italian and English."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Ansa(WireSpider):
    name = "ansa"
    title = "ANSA"
    country = "IT"
    kind = "wire"
    packs = ("europe",)
    feeds = (
        "https://www.ansa.it/english/news/english_nr_rss.xml",
        "https://www.ansa.it/sito/ansait_rss.xml",
        "https://www.ansa.it/sito/notizie/topnews/topnews_rss.xml",
    )
    article_urls = r"^https?://www\.ansa\.it/.+/\d{4}/\d{2}/\d{2}/.+_[0-9a-f-]{36}\.html$"
    languages = ("it", "en")
    timezone = "Europe/Rome"
    credits = ("ANSA",)
    archive = Archive(captures=("www.ansa.it/english/news/*",))
    # The feeds say "for personal use only": mind what you pass on.
    evidence = (
        "en feed: about 50 a day, 2026-01-20 (TBR); english_rss.xml lags by days (PRESS)",
        "it feeds: live 2026-06-14 (BLK), 2026-02-26 (WM)",
    )
