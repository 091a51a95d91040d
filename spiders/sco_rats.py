"""The Executive Committee of the SCO's Regional Anti-Terrorist Structure (RATS)."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class ScoRats(WireSpider):
    name = "sco_rats"
    title = "SCO RATS"
    country = "INT"
    kind = "institution"
    packs = ("security-bodies", "eurasia", "asia")
    listings = (
        "https://ecrats.org/en/press/news/",
        "https://ecrats.org/ru/press/news/",
    )
    article_urls = r"^https?://ecrats\.org/(?:en|ru|cn)/press/news/\d+/?$"
    languages = ("en", "ru", "zh")
    timezone = "Asia/Tashkent"
    credits = ("RATS SCO", "РАТС ШОС")
    archive = Archive(captures=("ecrats.org/en/press/news/*", "ecrats.org/ru/press/news/*"))
    evidence = (
        "list and addresses: stored pages (PG); no feed found 2026-11 (PG)",
        "at times out of reach from outside the CIS, prints dd.mm.yyyy: not re-checked (K)",
    )
