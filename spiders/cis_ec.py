"""The Executive Committee of the CIS: its site (eccis.org) and its portal (e-cis.info)."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class CisEc(WireSpider):
    name = "cis_ec"
    title = "CIS Executive Committee"
    country = "INT"
    kind = "institution"
    packs = ("security-bodies", "eurasia")
    listings = (
        "https://eccis.org/news",
        "https://eccis.org/en/news",
        "https://e-cis.info/news/",
    )
    article_urls = (
        r"^https?://(?:www\.)?eccis\.org/(?:en/)?news/\d+/?$"
        r"|^https?://e-cis\.info/news/\d+/\d+/?$"
        r"|^https?://(?:www\.)?cis\.minsk\.by/(?:news|reestrv2/doc|page)/\d+/?$"
    )
    languages = ("ru", "en")
    # eccis.org prints "2 March" without a year: the latest such day that has been.
    timezone = "Europe/Minsk"
    credits = ("CIS Executive Committee", "Исполком СНГ")
    archive = Archive(
        listings=("https://e-cis.info/news/?PAGEN_1={page}",),
        captures=("eccis.org/news/*", "eccis.org/en/news/*", "cis.minsk.by/news/*"),
    )
    evidence = (
        "e-cis.info/news/ (Bitrix, .news-short): a scraper, repository copies (SCR)",
        "eccis.org/news, addresses, dates without a year: stored pages (PG)",
        "no feed found: 2026-11 (PG)",
    )
