"""The Security Council's Counter-Terrorism Committee and its Executive Directorate (CTED)."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Cted(WireSpider):
    name = "cted"
    title = "UN Counter-Terrorism Committee (CTED)"
    country = "INT"
    kind = "institution"
    unproven = "There is no feed, and the address of its list of news is a guess."
    listings = ("https://www.un.org/securitycouncil/ctc/news",)
    article_urls = (
        r"^https?://www\.un\.org/securitycouncil/ctc/(?:[a-z]{2}/)?"
        r"(?:news|content|events?)/[^/?]+/?$"
        r"|^https?://www\.un\.org/sc/ctc/news/\d{4}/\d{2}/\d{2}/[^/?]+/?$"
    )
    languages = ("en",)
    timezone = "America/New_York"
    credits = ("CTED",)
    archive = Archive(
        captures=("www.un.org/sc/ctc/news/*", "www.un.org/securitycouncil/ctc/news/*"),
    )
    evidence = (
        "no feed found: 2026-11 (PG)",
        "addresses until 2019, with the day in the path: seen (PG)",
        "addresses since 2019: partly seen (PG, repository copies 2026-11); list /news: (K)",
    )
