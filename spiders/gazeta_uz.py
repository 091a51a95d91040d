"""Gazeta.uz, a news site of Uzbekistan, in Russian and English."""

from crawler.crawl.wire_spider import WireSpider


class GazetaUz(WireSpider):
    name = "gazeta_uz"
    title = "Gazeta.uz"
    country = "UZ"
    packs = ("central-asia",)
    feeds = ("https://www.gazeta.uz/rss/", "https://www.gazeta.uz/en/rss/")
    article_urls = r"^https?://(?:www\.)?gazeta\.uz/(?:ru|uz|oz|en)/\d{4}/\d{2}/\d{2}/[^/?#]+/?$"
    languages = ("ru", "en")
    timezone = "Asia/Tashkent"
    credits = ("Gazeta.uz", "Газета.uz")
    evidence = (
        "ru feed: live 2026-03-25 (YAV); en feed: named by a stored page's alternate link (PG)",
        "addresses with the day: cited to 2026-09 (repository copies)",
    )
