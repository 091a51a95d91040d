"""UzDaily, a news site of Uzbekistan."""

from crawler.crawl.wire_spider import WireSpider


class UzDaily(WireSpider):
    name = "uzdaily"
    title = "UzDaily"
    country = "UZ"
    packs = ("central-asia",)
    feeds = ("https://www.uzdaily.uz/en/rss",)
    article_urls = (
        r"^https?://(?:www\.)?uzdaily\.(?:uz|com)/(?:en|ru|uz)/(?:post/\d+|[a-z0-9-]{8,})/?$"
    )
    languages = ("en", "ru", "uz")
    timezone = "Asia/Tashkent"
    credits = ("UzDaily.com", "UzDaily.uz", "UzDaily")
    # The header prints "Currency rates from 21/11/2026", in the very shape of an article's date.
    evidence = (
        "feed: live 2026-09 (CA)",
        "addresses by slug: cited in 2026 (repository copies); DD/MM/YYYY, header: (SCR, PG)",
    )
