"""The Global Coalition against Daesh."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class GlobalCoalition(WireSpider):
    name = "global_coalition"
    title = "Global Coalition against Daesh"
    country = "INT"
    kind = "institution"
    unproven = "WordPress, so it should have a feed; nobody has recorded one."
    home = "https://theglobalcoalition.org/en/"
    article_urls = r"^https?://theglobalcoalition\.org/(?:en|fr|ar)/[a-z0-9-]{6,}/?$"
    languages = ("en", "fr", "ar")
    timezone = "Europe/London"
    credits = ("Global Coalition",)
    archive = Archive(wordpress=("https://theglobalcoalition.org",))
    evidence = (
        "WordPress (?p=21779), addresses: partly seen (PG)",
        "feed and API: by default of WordPress (K)",
    )
