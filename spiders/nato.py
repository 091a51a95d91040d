"""NATO: news, and what is said at its press conferences."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Nato(WireSpider):
    name = "nato"
    title = "NATO"
    country = "INT"
    kind = "institution"
    unproven = (
        "Its feeds are gone; its one sitemap holds the whole archive since 1946, "
        "and nobody has recorded whether the newest stand first or carry a date."
    )
    sitemaps = ("https://www.nato.int/sitemap.xml",)
    article_urls = (
        r"^https?://www\.nato\.int/en/news-and-events/(?:articles/news|events/transcripts)"
        r"/\d{4}/\d{2}/\d{2}/[^/?]+$"
        r"|^https?://www\.nato\.int/cps/en/natohq/(?:news|opinions)_\d+\.htm$"
    )
    languages = ("en",)
    timezone = "Europe/Brussels"
    credits = ("NATO",)
    archive = Archive(
        sitemaps=("https://www.nato.int/sitemap.xml",),
        captures=("www.nato.int/cps/en/natohq/news_*",),
    )
    evidence = (
        "all /cps/ feeds answer 404: 2026-07-18 (AUD), 2026-01 (TBR, SCR)",
        "sitemap: named in robots.txt, read by two scrapers of 2026-05, repository copies",
        "the list of news is built by a script; transcripts are plain HTML: the same copies",
    )
