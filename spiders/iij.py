"""The International Institute for Justice and the Rule of Law, in Malta."""

from crawler.crawl.wire_spider import WireSpider


class Iij(WireSpider):
    name = "iij"
    title = "International Institute for Justice and the Rule of Law"
    country = "MT"
    kind = "institution"
    unproven = "WordPress, so it should have a feed; nobody has recorded one, nor an address."
    home = "https://theiij.org/"
    article_urls = r"^https?://theiij\.org/(?:[a-z-]+/)?[a-z0-9]+(?:-[a-z0-9]+){2,}/?$"
    languages = ("en",)
    timezone = "Europe/Malta"
    credits = ("IIJ",)
    evidence = ("WordPress, 'Mar 20 2018': stored page (PG); feed (K)",)
