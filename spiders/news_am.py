"""NEWS.am, an agency of Armenia, in English."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class NewsAm(WireSpider):
    name = "news_am"
    title = "NEWS.am"
    country = "AM"
    packs = ("caucasus",)
    feeds = ("https://news.am/eng/rss/",)
    article_urls = r"^https?://news\.am/(?:eng|rus|arm)/news/\d+\.html$"
    languages = ("en",)
    timezone = "Asia/Yerevan"
    credits = ("NEWS.am", "Armenian News-NEWS.am")
    archive = Archive(
        days=("https://news.am/eng/news/allregions/allthemes/{date:%Y/%m/%d}/",),
    )
    evidence = (
        "feed: live 2026-03-25 (YAV), 100 fresh items 2026-09-21 (repository copies)",
        "day pages: scrapers of 2016, 2018 and 2023 (repository copies)",
    )
