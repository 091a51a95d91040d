"""Anadolu Agency, the state agency of Türkiye."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Anadolu(WireSpider):
    name = "anadolu"
    title = "Anadolu Agency"
    country = "TR"
    kind = "wire"
    packs = ("middle-east", "global-wires")
    feeds = (
        "https://www.aa.com.tr/en/rss/default?cat=guncel",
        "https://www.aa.com.tr/en/rss/default?cat=world",
        "https://www.aa.com.tr/tr/rss/default?cat=guncel",
    )
    sitemaps = ("https://www.aa.com.tr/en/SiteMap/News", "https://www.aa.com.tr/tr/SiteMap/News")
    article_urls = r"^https?://www\.aa\.com\.tr/[a-z]{2}/[a-z0-9-]+/[^/?#]+/\d+$"
    languages = ("en", "tr")
    timezone = "Europe/Istanbul"
    credits = ("AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı")
    body = "div.embed-responsive.prose"  # an "Update:" date stands beside the first one
    archive = Archive(captures=("www.aa.com.tr/en/world/*", "www.aa.com.tr/en/turkiye/*"))
    evidence = (
        "en feed: 30 items, 2026-10-10 (AAF); cat=world: live 2026-06-14 (BLK)",
        "tr feed: 2026-08-05 (FUN); news sitemaps of a week, JSON-LD, prose: 2026-10 (RC)",
        "robots.txt allows articles and sitemaps: 2026-10 (RC); texts may be abridged (K)",
    )
