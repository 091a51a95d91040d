"""Tengrinews, a news site of Kazakhstan, in Russian."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Tengrinews(WireSpider):
    name = "tengrinews"
    title = "Tengrinews"
    country = "KZ"
    packs = ("central-asia",)
    feeds = ("https://tengrinews.kz/news.rss",)
    article_urls = r"^https?://(?:en\.)?tengrinews\.kz/[a-z_-]+/[a-z0-9-]+-\d+/?$"
    languages = ("ru",)
    timezone = "Asia/Almaty"  # UTC+5 since 2024-03-01, UTC+6 before
    credits = ("Tengrinews.kz", "Tengrinews")
    archive = Archive(listings=("https://tengrinews.kz/kazakhstan_news/page/{page}/",))
    evidence = (
        "feed: live 2026-09 (CA), 2026-03-25 (YAV)",
        "addresses and pages of the listing: scrapers and citations (repository copies)",
    )
