"""The Associated Press."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Ap(WireSpider):
    name = "ap"
    title = "Associated Press"
    country = "US"
    kind = "wire"
    packs = ("americas", "global-wires")
    sitemaps = ("https://apnews.com/news-sitemap-content.xml",)  # its feeds answer 401 and 404
    article_urls = r"^https?://apnews\.com/article/[a-z0-9-]+$"
    languages = ("en", "es")
    timezone = "UTC"
    credits = ("AP", "Associated Press", "The Associated Press")
    archive = Archive(sitemaps=("https://apnews.com/sitemap.xml",))
    evidence = (
        "news sitemap: in robots.txt, read by fundus, 2026-08-05 (FUN)",
        "feeds: 401 and 404, 2026-07 (SCR); JSON-LD NewsArticle (FUN)",
    )
