"""PTI, the Press Trust of India."""

from crawler.crawl.wire_spider import WireSpider


class Pti(WireSpider):
    name = "pti"
    title = "Press Trust of India"
    country = "IN"
    kind = "wire"
    feeds = ("https://www.ptinews.com/feed/",)
    article_urls = r"^https?://www\.ptinews\.com/story/(?:[a-z-]+/)?[a-z0-9-]+/\d+$"
    languages = ("en",)
    timezone = "Asia/Kolkata"
    credits = ("PTI",)
    unproven = "The feed is seen in machine-written configurations only; pages need JavaScript."
    evidence = (
        "feed: 2026 lists, no probe (LST); a page was read with a browser (repository copies)",
        "addresses: seen to 2026-03 (SCR)",
    )
