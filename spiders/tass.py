"""TASS in English (tass.com); see `tass_ru` for the Russian site."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Tass(WireSpider):
    name = "tass"
    title = "TASS"
    country = "RU"
    kind = "wire"
    packs = ("russia", "eurasia")
    feeds = ("https://tass.com/rss/v2.xml",)
    article_urls = r"^https?://tass\.com/[a-z-]+/\d+/?$"
    languages = ("en",)
    timezone = "Europe/Moscow"
    credits = ("TASS",)
    body = "div.text-content"
    archive = Archive(
        sitemaps=tuple(f"https://tass.com/sitemap/sitemap_news{n}.xml" for n in range(10)),
    )
    evidence = (
        "feed: live, over 100 items a day, 2026-10 (RC, TBR, BLK); 403 from one network 2026-01",
        "JSON-LD datePublished, div.text-content: live probes 2026-10-02..05 (RC)",
        "sitemaps from 2020-10 to now: 2026-10 (RC)",
    )
