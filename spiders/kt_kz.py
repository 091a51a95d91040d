"""Kazakhstan Today, a private agency of Kazakhstan."""

from crawler.crawl.wire_spider import WireSpider


class KtKz(WireSpider):
    name = "kt_kz"
    title = "Kazakhstan Today"
    country = "KZ"
    kind = "wire"
    packs = ("central-asia",)
    feeds = ("https://www.kt.kz/kaz/rss/",)
    article_urls = r"^https?://www\.kt\.kz/(?:kaz|rus|eng)/[a-z_]+/[^/?#]+_\d{8,}\.html$"
    languages = ("kk", "ru", "en")
    timezone = "Asia/Almaty"  # UTC+5 since 2024-03-01, UTC+6 before
    credits = ("Kazakhstan Today",)
    evidence = (
        "feed: live 2026-03-25 (YAV)",
        "addresses of the Russian and English editions: cited 2025..26 (repository copies)",
    )
