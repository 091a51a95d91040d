"""The Collective Security Treaty Organization, with its Joint Staff."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Csto(WireSpider):
    name = "csto"
    title = "CSTO"
    country = "INT"
    kind = "institution"
    packs = ("security-bodies", "eurasia")
    listings = (
        "https://odkb-csto.org/news/news_odkb/",
        "https://odkb-csto.org/training/",
        "https://en.odkb-csto.org/news/news_odkb/",
    )
    article_urls = (
        r"^https?://(?:www\.|en\.|jscsto\.)?odkb-csto\.org/"
        r"(?:news/[a-z_]+|training|session|international_org|25years|smi)"
        r"/(?:[a-z0-9_-]+/)*[a-z0-9_-]{12,}/?$"
    )
    languages = ("ru", "en")
    # The latest news, with other days, stand before the article in the page's source.
    timezone = "Europe/Moscow"
    credits = ("CSTO", "ОДКБ")
    archive = Archive(
        listings=(
            "https://odkb-csto.org/news/news_odkb/?PAGEN_1={page}",
            "https://en.odkb-csto.org/news/news_odkb/?PAGEN_1={page}",
        ),
        captures=("odkb-csto.org/news/*", "en.odkb-csto.org/news/*"),
    )
    evidence = (
        "list and its pages (Bitrix): a scraper's addresses (SCR)",
        "teasers, then headline, then '15.02.2022' below it: stored page of 2025-12 (PG)",
        "no feed found: 2026-11 (PG)",
    )
