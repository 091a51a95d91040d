"""Xinhua, the state agency of China, in English."""

from crawler.config.source import Archive, JsonList
from crawler.crawl.wire_spider import WireSpider


class Xinhua(WireSpider):
    name = "xinhua"
    title = "Xinhua"
    country = "CN"
    kind = "wire"
    packs = ("asia", "global-wires")
    # All its feeds froze in 2018. The list of latest news is filled from this address.
    json_lists = (
        JsonList(
            url="https://english.news.cn/list/ds_a950c54446a0421f9b94c0b053efdf33.json",
            items="datasource",
            link="publishUrl",
            published="publishTime",
        ),
    )
    listings = ("https://english.news.cn/",)
    article_urls = (
        r"^https?://(?:english|www|russian|arabic|french|spanish)\.news\.cn"
        r"/(?:[a-z]+/)?\d{8}/[0-9a-f]{32}/c\.html$"
        r"|^https?://www\.xinhuanet\.com/english/\d{4}-\d{2}/\d{2}/c_\d+\.htm$"
    )
    languages = ("en",)
    timezone = "Asia/Shanghai"  # the editor's line below the text is dated, too
    credits = ("Xinhua",)
    body = "#detail"
    date = ".time, .h-time"
    archive = Archive(
        captures=("english.news.cn/*", "www.xinhuanet.com/english/*"),
    )
    evidence = (
        "JSON lists behind the hub pages, up to 1,000 items: live 2026-10 (RC)",
        "id of the list of latest news: a scraper that asks it (repository copies); key (RC)",
        "meta publishdate, static pages: 2026-10 (RC); the text's element (RC collector)",
    )
