"""Turkmenportal, a news site of Turkmenistan."""

from crawler.crawl.wire_spider import WireSpider


class Turkmenportal(WireSpider):
    name = "turkmenportal"
    title = "Turkmenportal"
    country = "TM"
    feeds = ("https://turkmenportal.com/rss", "https://turkmenportal.com/en/rss/")
    article_urls = (
        r"^https?://turkmenportal\.com/(?:(?:en|tm|ru)/)?(?:blog|news)/\d+(?:/[^/?#]+)?/?$"
    )
    languages = ("ru", "en", "tk")
    timezone = "Asia/Ashgabat"
    credits = ("Turkmenportal", "Туркменпортал")
    unproven = "The feeds stand in feed lists of 2026 without a word on what they answered."
    evidence = ("feeds: 2026 feed lists and scripts (LST, repository copies), no probe",)
