"""Kazinform (brand Qazinform since 2023), the state agency of Kazakhstan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Kazinform(WireSpider):
    name = "kazinform"
    title = "Kazinform"
    country = "KZ"
    kind = "wire"
    packs = ("central-asia", "eurasia")
    feeds = (
        "https://qazinform.com/rss/en.xml",
        "https://www.inform.kz/rss/rus.xml",
        "https://www.inform.kz/rss/kaz.xml",
    )
    article_urls = (
        r"^https?://(?:www\.)?qazinform\.com/news/[a-z0-9-]+(?:-[0-9a-f]{6}|_a\d+)?/?$"
        r"|^https?://en\.inform\.kz/news/[^/]+(?:-[0-9a-f]{6}|_a\d+)/?$"
        r"|^https?://www\.inform\.kz/(?:en|ru|kz)/[^/]+(?:-[0-9a-f]{6,8}|_a\d+)/?$"
    )
    languages = ("en", "ru", "kk")
    timezone = "Asia/Almaty"  # UTC+5 for the whole country since 2024-03-01, UTC+6 before
    credits = ("Kazinform", "Qazinform")
    body = "div.article__body"
    archive = Archive(
        sitemaps=("https://www.inform.kz/sitemap.xml",),
        captures=(
            "qazinform.com/news/*",
            "en.inform.kz/news/*",
            "www.inform.kz/en/*",
            "www.inform.kz/ru/*",
        ),
    )
    evidence = (
        "feeds: in 2026 feed lists, not probed (LST); /en/rss answered 404 on 2026-09-19 (CA)",
        "sitemap: a crawl plan of 2026 (SM); captures are the surer way back (K)",
        "article pages: plain HTML, no bot wall, 2026-10-06 (MET)",
        "article:published_time stands in a name= meta: stored pages of 2025 and 2026 (PG)",
    )
