"""UN Meetings Coverage and Press Releases (press.un.org)."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class UnPress(WireSpider):
    name = "un_press"
    title = "UN Press"
    country = "INT"
    kind = "institution"
    packs = ("un",)
    feeds = ("https://press.un.org/en/rss.xml",)
    # A meeting is announced twice: as a release and as a live blog (/en/blog/...), which is left.
    article_urls = (
        r"^https?://press\.un\.org/(?:en|fr)/\d{4}/[a-z]+\d+[a-z0-9.]*\.doc\.htm$"
        r"|^https?://www\.un\.org/press/(?:en|fr)/\d{4}/[a-z]+\d+[a-z0-9.]*\.doc\.htm$"
    )
    languages = ("en", "fr")
    timezone = "America/New_York"
    credits = ("UN Press",)
    archive = Archive(captures=("press.un.org/en/*", "press.un.org/fr/*", "www.un.org/press/en/*"))
    evidence = (
        "feed: HTTP 200, 10 items, robots.txt allows it: live run 2026-08-29, repository copies",
        "article addresses: seen (PG); the www.un.org/press form is that of 2013-15 (PG)",
        "a plain fetch of a page may get a 'JavaScript is disabled' challenge: 2026 (SCR)",
    )
