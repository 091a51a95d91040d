"""UN News, the news service of the United Nations."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class UnNews(WireSpider):
    name = "un_news"
    title = "UN News"
    country = "INT"
    kind = "institution"
    packs = ("un",)
    feeds = (
        "https://news.un.org/feed/subscribe/en/news/all/rss.xml",
        "https://news.un.org/feed/subscribe/ru/news/all/rss.xml",
        "https://news.un.org/feed/subscribe/fr/news/all/rss.xml",
        "https://news.un.org/feed/subscribe/es/news/all/rss.xml",
        "https://news.un.org/feed/subscribe/ar/news/all/rss.xml",
        "https://news.un.org/feed/subscribe/zh/news/all/rss.xml",
    )
    article_urls = r"^https?://news\.un\.org/[a-z]{2}/(?:story|interview)/\d{4}/\d{2}/\d+/?$"
    languages = ("en", "ru", "fr", "es", "ar", "zh")
    timezone = "America/New_York"
    credits = ("UN News", "Новости ООН", "ONU Info", "Noticias ONU")
    archive = Archive(captures=("news.un.org/en/story/*", "news.un.org/ru/story/*"))
    evidence = (
        "feeds: live, 30 items, 2026-07-18 (AUD, WM, TBR); pubDate carries an offset",
        "page metadata (Drupal, OpenGraph): not re-checked (K)",
    )
