"""Trend News Agency, Azerbaijan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Trend(WireSpider):
    name = "trend"
    title = "Trend News Agency"
    country = "AZ"
    kind = "wire"
    packs = ("caucasus", "eurasia")
    feeds = (
        "https://en.trend.az/feeds/index.rss",
        "https://www.trend.az/feeds/index.rss",
        "https://az.trend.az/feeds/index.rss",
    )
    article_urls = r"^https?://(?:www|en|az)\.trend\.az/[a-z_]+(?:/[a-z_]+)*/\d+\.html$"
    languages = ("en", "ru", "az")
    timezone = "Asia/Baku"  # its printed times state their offset: "(UTC +04:00)"
    credits = ("Trend", "Тренд")
    body = "[itemprop=articleBody]"
    archive = Archive(captures=("en.trend.az/casia/*", "en.trend.az/azerbaijan/politics/*"))
    evidence = (
        "en feed: live 2026-03-25 (YAV); ru feed: live 2026-06-14 (BLK); az: the same path (BLK)",
        "printed times, datelines without a year: stored pages (PG)",
    )
