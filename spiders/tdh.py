"""TDH, the state agency of Turkmenistan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Tdh(WireSpider):
    name = "tdh"
    title = "Turkmenistan State News Agency"
    country = "TM"
    kind = "wire"
    packs = ("central-asia", "eurasia")
    listings = (
        "https://tdh.gov.tm/en/category/default",
        "https://tdh.gov.tm/ru/category/default",
    )
    article_urls = r"^https?://(?:www\.)?tdh\.gov\.tm/(?:en|ru|tk)/post/\d+(?:/[^/?#]+)?/?$"
    languages = ("en", "ru", "tk")
    timezone = "Asia/Ashgabat"
    credits = ("TDH", "ТДХ", "Туркмендовлетхабарлары")
    body = ".news_page-text"
    date = ".publish_date"
    archive = Archive(
        listings=(
            "https://tdh.gov.tm/en/category/default?page={page}",
            "https://tdh.gov.tm/ru/category/default?page={page}",
        ),
    )
    evidence = (
        "listing, its pages, text, date: a scraper that reads them all, 2026 (repository copies)",
        "no feed: 2026-08 (GA); 'Published 02.11.2020': stored pages (PG); slow from abroad (GA)",
    )
