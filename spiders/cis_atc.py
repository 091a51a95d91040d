"""The Anti-Terrorism Center of the CIS."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class CisAtc(WireSpider):
    name = "cis_atc"
    title = "CIS Anti-Terrorism Center"
    country = "INT"
    kind = "institution"
    unproven = "The site was rebuilt in 2025; its lists are guessed from an article's address."
    listings = (
        "https://cisatc.org/en/deyatelnost/organizatsionno-pravovaya-deyatelnost",
        "https://cisatc.org/deyatelnost/organizatsionno-pravovaya-deyatelnost",
    )
    article_urls = (
        r"^https?://(?:www\.)?cisatc\.org/(?:en/)?(?:deyatelnost|press-tsentr)"
        r"/(?:[a-z0-9-]+/)+[a-z0-9-]+/?$"
        r"|^https?://(?:www\.)?cisatc\.org/(?:en/)?(?:news|novosti)/(?:[a-z0-9-]+/)*[a-z0-9-]+/?$"
        r"|^https?://(?:www\.)?(?:eng\.)?cisatc\.org/1289(?:/\d+)+/?$"
    )
    languages = ("ru", "en")
    # In English it prints both "26 September 2025" and "April 4, 2025".
    timezone = "Europe/Moscow"
    credits = ("CIS ATC", "АТЦ СНГ")
    archive = Archive(captures=("cisatc.org/1289/*", "eng.cisatc.org/1289/*", "cisatc.org/*"))
    evidence = (
        "addresses and printed dates, old and new: stored pages of 2019-2025 (PG)",
        "no feed found: 2026-11 (PG); some pages of the old site print no date (PG)",
    )
