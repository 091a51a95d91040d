"""UN Office on Drugs and Crime, with its Terrorism Prevention Branch."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Unodc(WireSpider):
    name = "unodc"
    title = "UNODC"
    country = "INT"
    kind = "institution"
    unproven = "Its feed stands in many lists, and in none with the answer that somebody got."
    feeds = ("https://www.unodc.org/unodc/en/frontpage/rss.xml",)
    listings = ("https://www.unodc.org/unodc/en/press/releases.html",)
    article_urls = (
        r"^https?://www\.unodc\.org/(?:unodc|roca|centralasia|rosaf|southasia)/"
        r"(?:[a-z]{2}/)?(?:[a-z-]+/)*\d{4}/[A-Z][a-z]+/[^/?]+\.html$"
    )
    languages = ("en", "ru")
    timezone = "Europe/Vienna"
    credits = ("UNODC",)
    archive = Archive(captures=("www.unodc.org/unodc/en/press/releases/*",))
    evidence = (
        "feed: in six lists of 2026, not probed (LST); one list notes 'no live feed' (2026)",
        "press/releases/YYYY/Month/slug.html: pages of 2024-11 to 2026-03, repository copies",
    )
