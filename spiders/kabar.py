"""Kabar, the state agency of Kyrgyzstan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Kabar(WireSpider):
    name = "kabar"
    title = "Kabar"
    country = "KG"
    kind = "wire"
    packs = ("central-asia", "eurasia")
    feeds = ("https://kabar.kg/rss",)  # /rus/rss is gone: 410
    listings = ("https://en.kabar.kg/", "https://ru.kabar.kg/")
    article_urls = r"^https?://(?:(?:en|ru)\.)?kabar\.kg/news/[a-z0-9-]+/?$"
    languages = ("ky", "ru", "en")
    timezone = "Asia/Bishkek"
    credits = ("Kabar", "Кабар")
    archive = Archive(captures=("en.kabar.kg/news/*", "ru.kabar.kg/news/*"))
    evidence = (
        "feed: live 2026-09 (CA)",
        "en. and ru. articles: cited 2026-02..07 (repository copies)",
        "dateline 'Bishkek, Feb. 20, 2018 /Kabar/.': stored pages (PG)",
    )
