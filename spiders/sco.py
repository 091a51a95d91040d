"""The Secretariat of the Shanghai Cooperation Organisation."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Sco(WireSpider):
    name = "sco"
    title = "SCO Secretariat"
    country = "INT"
    kind = "institution"
    packs = ("security-bodies", "eurasia", "asia")
    listings = (
        "https://eng.sectsco.org/news/",
        "https://eng.sectsco.org/documents/",
        "https://rus.sectsco.org/news/",
    )
    # The menu's links have the shape of an article's; the first poll takes them as known.
    article_urls = r"^https?://(?:eng|rus|chn)\.sectsco\.org/20\d{6}/\d+\.html$"
    languages = ("en", "ru", "zh")
    timezone = "Asia/Shanghai"
    credits = ("SCO Secretariat",)
    archive = Archive(
        # Ten stand on a page, which is called by the number of its first: 00, 10, 20.
        listings=(
            "https://eng.sectsco.org/news/?offset={page}0",
            "https://eng.sectsco.org/documents/?offset={page}0",
        ),
        first_page=0,
        captures=("eng.sectsco.org/20*", "rus.sectsco.org/20*", "chn.sectsco.org/20*"),
    )
    evidence = (
        "/documents/, ?offset=, the addresses: a scraper of 2026 (SCO); /news/: copies of 2026",
        "no feed found: 2026-11 (SCO)",
        "printed '17:12 23.01.2026': not re-checked (K)",
    )
