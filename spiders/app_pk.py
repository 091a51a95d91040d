"""APP, the Associated Press of Pakistan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class AppPk(WireSpider):
    name = "app_pk"
    title = "Associated Press of Pakistan"
    country = "PK"
    kind = "wire"
    feeds = (
        "https://www.app.com.pk/feed/",
        "https://www.app.com.pk/category/national/feed/",
    )
    article_urls = (
        r"^https?://www\.app\.com\.pk/"
        r"(?:national|global|foreign-correspondent|domestic|business|photos-section)"
        r"/[a-z0-9-]{5,}/?$"
    )
    languages = ("en",)
    timezone = "Asia/Karachi"
    credits = ("APP",)
    archive = Archive(
        feeds=("https://www.app.com.pk/feed/?paged={page}",),
        listings=("https://www.app.com.pk/category/national/page/{page}/",),
    )
    unproven = "The feeds stand in a dozen feed lists of 2026, and no probe of them was found."
    evidence = (
        "feeds: 2026 feed lists (LST, repository copies), no probe; WordPress",
        "addresses: cited in 2026 (repository copies)",
    )
