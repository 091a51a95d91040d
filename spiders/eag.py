"""EAG, the Eurasian Group on money laundering and the financing of terrorism."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Eag(WireSpider):
    name = "eag"
    title = "EAG"
    country = "INT"
    kind = "institution"
    unproven = "There is no feed, and the address of its list of news is a guess."
    listings = ("https://eurasiangroup.org/en/news", "https://eurasiangroup.org/ru/news")
    # News and fixed pages share one level; four words and more are news. English pages may have
    # a Russian slug, "ob-itogah-...".
    article_urls = (
        r"^https?://(?:www\.)?eurasiangroup\.org/(?:en|ru|cn)/[a-z0-9]+(?:-[a-z0-9]+){3,}/?$"
        r"|^https?://(?:www\.)?eurasiangroup\.org/detail/news\d*/[^/?]+/?$"
    )
    languages = ("en", "ru")
    timezone = "Europe/Moscow"
    credits = ("EAG", "ЕАГ")
    archive = Archive(captures=("eurasiangroup.org/en/*", "eurasiangroup.org/ru/*"))
    evidence = (
        "addresses and '16 June, 2025' above the text: stored pages of 2025 (PG)",
        "no feed found: 2026-11 (PG); list /news: (K)",
    )
