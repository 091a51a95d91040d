"""Press releases of the African Union Commission (au.int)."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class AuCommission(WireSpider):
    name = "au_commission"
    title = "African Union Commission"
    country = "INT"
    kind = "institution"
    unproven = "Its list is named in many catalogues, and in none with the answer it gave."
    listings = ("https://au.int/en/pressreleases",)
    article_urls = (
        r"^https?://au\.int/(?:en|fr)/(?:pressreleases|newsevents|articles)/\d{8}/[^/?]+$"
    )
    languages = ("en", "fr")
    timezone = "Africa/Addis_Ababa"
    credits = ("African Union",)
    archive = Archive(captures=("au.int/en/pressreleases/*",))
    evidence = (
        "list: in catalogues of 2026, not probed (LST)",
        "addresses with the day in the path: seen 2024-02 to 2026-08, repository copies",
    )
