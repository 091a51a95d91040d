"""The Global Counterterrorism Forum."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Gctf(WireSpider):
    name = "gctf"
    title = "Global Counterterrorism Forum"
    country = "INT"
    kind = "institution"
    unproven = "There is no feed, and nobody has recorded which of its pages lists what is new."
    listings = ("https://www.thegctf.org/What-we-do",)
    article_urls = (
        r"^https?://www\.thegctf\.org/[^?]+/ArtMID/\d+/ArticleID/\d+(?:/[A-Za-z0-9_-]+)?$"
    )
    languages = ("en",)
    timezone = "Europe/Amsterdam"
    credits = ("GCTF",)
    archive = Archive(captures=("www.thegctf.org/What-we-do/*",))
    evidence = (
        "addresses (DotNetNuke) and '18 September 2023': stored pages (PG)",
        "no feed found: 2026-11 (PG)",
    )
