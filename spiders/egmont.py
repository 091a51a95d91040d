"""The Egmont Group of financial intelligence units."""

from crawler.crawl.wire_spider import WireSpider


class Egmont(WireSpider):
    name = "egmont"
    title = "Egmont Group"
    country = "INT"
    kind = "institution"
    unproven = "Its list is built by a script, and nobody has recorded what its feed answers."
    home = "https://egmontgroup.org/"
    article_urls = r"^https?://egmontgroup\.org/news/[^/?]+/?$"
    languages = ("en",)
    timezone = "America/Toronto"
    credits = ("Egmont Group",)
    evidence = (
        "/feed/: in lists of 2026, not probed (K, repository copies)",
        "addresses: partly seen (PG); the list at /news/ needs JavaScript (PG)",
    )
