"""OSCE: the Secretariat, its Transnational Threats Department, and the field operations."""

from crawler.crawl.wire_spider import WireSpider


class Osce(WireSpider):
    name = "osce"
    title = "OSCE"
    country = "INT"
    kind = "institution"
    unproven = "The site moved in 2025-26, and nobody has recorded its list or a feed since."
    listings = ("https://www.osce.org/press-releases",)
    next_page = "li.pager__item--next a, li.pager-next a"
    # Both families of addresses, from before the move and after it.
    article_urls = (
        r"^https?://www\.osce\.org/(?:[a-z0-9-]+/)?\d{5,7}/?$"
        r"|^https?://www\.osce\.org/(?:[a-z0-9-]+/)?(?:node|press-releases?|stories)/[^/?]+/?$"
    )
    languages = ("en", "ru")
    timezone = "Europe/Vienna"
    credits = ("OSCE", "ОБСЕ")
    evidence = (
        "/rss.xml answers 404: 2026-07-18 (AUD); /rss is in lists of 2026-10, not probed (LST)",
        "/press-releases?page=N: stored page of the old site (PG), older scrapers",
        "'Publishing date: 31 May 2017': stored page (PG)",
        "an aggregator still carried its items on 2025-11-17: stored page (PG)",
        "automated archiving: ask first (osce.org/copyright, PL 2026-09-16)",
    )
