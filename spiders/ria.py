"""RIA Novosti, the state agency of Russia."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Ria(WireSpider):
    name = "ria"
    title = "RIA Novosti"
    country = "RU"
    kind = "wire"
    packs = ("russia", "eurasia")
    feeds = ("https://ria.ru/export/rss2/archive/index.xml",)
    article_urls = r"^https?://ria\.ru/\d{8}/(?:[a-z0-9_-]+-)?\d+\.html$"
    languages = ("ru",)
    timezone = "Europe/Moscow"
    credits = ("РИА Новости", "RIA Novosti")
    body = "div.article__text"  # one for each paragraph
    # article:published_time is basic ISO: 20261002T1154.
    archive = Archive(sitemaps=("https://ria.ru/sitemap_article_index.xml",))
    evidence = (
        "feed, JSON-LD, div.article__text: live probes 2026-10-02..05 (RC)",
        "sitemaps by month back to 2004-12: 2026-10 (RC)",
    )
