"""24.kg, an agency of Kyrgyzstan."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Kg24(WireSpider):
    name = "kg24"
    title = "24.kg"
    country = "KG"
    kind = "wire"
    packs = ("central-asia", "eurasia")
    feeds = ("https://24.kg/rss/",)
    listings = ("https://24.kg/english/",)
    article_urls = r"^https?://24\.kg/[a-z_]+/\d+_[^/]+/(?:amp/)?$"
    languages = ("ru", "en", "ky")
    timezone = "Asia/Bishkek"  # the day's own stories print the time alone
    credits = ("24.kg",)
    archive = Archive(
        listings=("https://24.kg/page_{page}", "https://24.kg/english/page_{page}"),
    )
    evidence = (
        "feed: live 2026 (OBS)",
        "pages of the listing: scrapers (SCR); printed dates and addresses: stored pages (PG)",
    )
