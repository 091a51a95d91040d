"""MOLDPRES, the state agency of Moldova."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Moldpres(WireSpider):
    name = "moldpres"
    title = "MOLDPRES"
    country = "MD"
    kind = "wire"
    feeds = (
        "https://www.moldpres.md/config/rss.php?lang=eng",
        "https://www.moldpres.md/config/rss.php?lang=rus",
        "https://www.moldpres.md/config/rss.php?lang=rom",
    )
    article_urls = (
        r"^https?://(?:www\.)?moldpres\.md/(?:rom|rus|eng)/[a-z-]+/[a-z0-9-]+/?$"
        r"|^https?://(?:www\.)?moldpres\.md/(?:(?:en|ru|ro)/)?news/\d{4}/\d{2}/\d{2}/\d+$"
    )
    languages = ("en", "ru", "ro")
    timezone = "Europe/Chisinau"
    credits = ("MOLDPRES", "МОЛДПРЕС")
    archive = Archive(captures=("www.moldpres.md/en/news/*",))
    unproven = "The feeds stand in a dozen feed lists of 2026, and none of them says what it got."
    evidence = (
        "feeds: 2026 feed lists (LST), a dozen bots (repository copies), no probe",
        "addresses of both layouts: stored pages and citations of 2016 and 2026 (SCR)",
        "part is for subscribers (K)",
    )
