"""IRNA, the state agency of Iran. Its articles are behind a challenge: a story is its lead."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Irna(WireSpider):
    name = "irna"
    title = "IRNA"
    country = "IR"
    kind = "wire"
    packs = ("middle-east",)
    feeds = ("https://en.irna.ir/rss", "https://www.irna.ir/rss")
    article_urls = r"^https?://(?:en|www)\.irna\.ir/news/\d+(?:/[^/?#]+)?/?$"
    languages = ("en", "fa")
    timezone = "Asia/Tehran"  # Persian pages print Jalali dates
    credits = ("IRNA", "ИРНА", "ایرنا")
    lead_only = True
    archive = Archive(captures=("en.irna.ir/news/*",))
    evidence = (
        "feeds: live 2026-10 (RC)",
        "article pages: a JavaScript challenge, 2026-10 (RC)",
    )
