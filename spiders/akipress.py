"""AKIpress, Kyrgyzstan: the agency in English, and Tazabek on the economy in Russian."""

from crawler.crawl.wire_spider import WireSpider


class Akipress(WireSpider):
    name = "akipress"
    title = "AKIpress"
    country = "KG"
    kind = "wire"
    packs = ("central-asia", "eurasia")
    # kg.akipress.org/rss is XML to some clients only, and HTML with 200 to all others.
    feeds = (
        "https://akipress.com/rss/news.rss",
        "https://www.tazabek.kg/rss/news.rss",
    )
    article_urls = (
        r"^https?://(?:(?:www|m)\.)?akipress\.com/news:\d+(?::[^/?#]*)?/?(?:\?[^#]*)?$"
        r"|^https?://(?:www\.)?tazabek\.kg/news:\d+(?::[^/?#]*)?/?(?:\?[^#]*)?$"
    )
    languages = ("en", "ru")
    timezone = "Asia/Bishkek"
    credits = ("AKIpress", "АКИpress", "АКИпресс", "Tazabek")
    evidence = (
        "akipress.com feed: live 2026 (OBS); tazabek.kg feed: live 2026-03-25 (YAV)",
        "akipress.com/news:909565:Title/: cited in 2026 (repository copies)",
        "part of the texts is for subscribers (K)",
    )
