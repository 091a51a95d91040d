"""The Peace and Security Council of the African Union (peaceau.org)."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Au(WireSpider):
    name = "au"
    title = "African Union Peace and Security Council"
    country = "INT"
    kind = "institution"
    packs = ("security-bodies", "africa")
    feeds = ("https://www.peaceau.org/en/rss",)  # Atom, whatever its address says
    article_urls = r"^https?://(?:www\.)?peaceau\.org/(?:en|fr|ar)/article/[^/?]+$"
    languages = ("en", "fr")
    timezone = "Africa/Addis_Ababa"
    credits = ("African Union",)
    archive = Archive(
        listings=("https://www.peaceau.org/en/resource/documents?idtype=7&p={page}",),
        captures=("www.peaceau.org/en/article/*", "www.peaceau.org/fr/article/*"),
    )
    evidence = (
        "feed: valid Atom with entries in every sweep of 2026, repository copies (SCR)",
        "communiqués, /resource/documents?idtype=7 with &p=N: a scraper, repository copies (SCR)",
        "addresses: seen 2022 to 2026-02, repository copies",
    )
