"""UzA, the national agency of Uzbekistan. Its pages need JavaScript: a story is its lead."""

from crawler.config.source import JsonList
from crawler.crawl.wire_spider import WireSpider

_API = "https://api.uza.uz/api/v1/posts?page=1&per_page=20&_f=json&_l="


def _edition(language: str) -> JsonList:
    return JsonList(
        url=f"{_API}{language}",
        items="data",
        link="slug",
        summary="description",
        published="publish_time",
        address=f"https://uza.uz/{language}/posts/{{link}}",
    )


class Uza(WireSpider):
    name = "uza"
    title = "UzA"
    country = "UZ"
    kind = "wire"
    packs = ("central-asia", "eurasia")
    feeds = ("https://uza.uz/rss/",)
    json_lists = (_edition("en"), _edition("ru"), _edition("uz"))
    article_urls = r"^https?://uza\.uz/[a-z]{2}/(?:react/)?posts/[^/?#]+_\d+$"
    languages = ("en", "ru", "uz")
    timezone = "Asia/Tashkent"
    credits = ("UzA", "УзА", "ЎзА", "O‘zA")
    lead_only = True
    evidence = (
        "feed: live 2026-09 (CA)",
        "API, its keys data, slug, title, description, publish_time: scrapers (SCR), no probe",
        "front end needs JavaScript: 2026 (SCR); it was plain HTML in 2023 (repository copies)",
    )
