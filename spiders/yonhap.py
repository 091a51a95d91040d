"""Yonhap, the agency of South Korea."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Yonhap(WireSpider):
    name = "yonhap"
    title = "Yonhap"
    country = "KR"
    kind = "wire"
    packs = ("asia",)
    feeds = ("https://en.yna.co.kr/RSS/news.xml", "https://www.yna.co.kr/rss/news.xml")
    article_urls = (
        r"^https?://en\.yna\.co\.kr/view/AEN\d{17}(?:\?[^#]*)?$"
        r"|^https?://www\.yna\.co\.kr/view/AKR\d{17}(?:\?[^#]*)?$"
    )
    languages = ("en", "ko")
    timezone = "Asia/Seoul"
    credits = ("Yonhap", "연합뉴스")
    archive = Archive(captures=("en.yna.co.kr/view/AEN*",))
    evidence = (
        "en feed: live 2026-01, again in use 2026-10 (TBR, LST); 403 to one client in 2026-01",
        "ko feed: live 2026-06-22 (OBS)",
    )
