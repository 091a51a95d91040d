"""dpa, the agency of Germany, in English."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Dpa(WireSpider):
    name = "dpa"
    title = "dpa"
    country = "DE"
    kind = "wire"
    listings = (
        "https://www.dpa-international.com/",
        "https://www.dpa-international.com/politics/",
        "https://www.dpa-international.com/general-news/",
    )
    article_urls = (
        r"^https?://(?:www\.)?dpa-international\.com/[a-z-]+"
        r"/urn:newsml:dpa\.com:20090101:\d{6}-\d+-\d+/?$"
    )
    languages = ("en",)
    timezone = "Europe/Berlin"
    credits = ("dpa",)
    archive = Archive(captures=("www.dpa-international.com/politics/*",))
    unproven = "Articles were seen open in 2026, but nobody recorded that its listings answer."
    evidence = (
        "no feed: 2026-06-14 (BLK), 2026-01 (TBR)",
        "articles open: linked 2026-03..07; listing in one scraper (repository copies)",
    )
