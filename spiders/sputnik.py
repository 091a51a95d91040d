"""Sputnik: the international site and the editions for Kyrgyzstan and Tajikistan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Sputnik(WireSpider):
    name = "sputnik"
    title = "Sputnik"
    country = "RU"
    kind = "wire"
    packs = ("russia", "central-asia", "eurasia")
    feeds = (
        "https://sputnikglobe.com/export/rss2/archive/index.xml",
        "https://sputnik.kg/export/rss2/archive/index.xml",
        "https://tj.sputniknews.ru/export/rss2/archive/index.xml",
    )
    article_urls = (
        r"^https?://(?:[a-z]{2}\.)?sputnik(?:globe\.com|news\.(?:ru|com)|\.(?:kg|kz|by))"
        r"/\d{8}/(?:[^/]*-)?\d+\.html$"
    )
    languages = ("en", "ky", "ru", "tg")
    timezone = "Europe/Moscow"  # of sputnikglobe; the regional sites state their own offset
    credits = ("Sputnik", "Спутник")
    body = "div.article__body"
    # article:published_time is basic ISO; the date of an update is printed beside the first one.
    archive = Archive(sitemaps=("https://sputnikglobe.com/sitemap_article_index.xml",))
    evidence = (
        "sputnikglobe.com feed: live, with time-outs, 2026-10 (RC); the platform is that of ria.ru",
        "sputnik.kg and tj.sputniknews.ru feeds: live, 100 items are a day, 2026-09-24 (CA)",
    )
