"""BelTA, the state agency of Belarus."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Belta(WireSpider):
    name = "belta"
    title = "BelTA"
    country = "BY"
    kind = "wire"
    packs = ("eurasia",)
    # Feeds come and go (404 on eng.belta.by since 2026-10), and the rubrics' pagination repeats
    # page 1: front pages only.
    listings = (
        "https://eng.belta.by/president",
        "https://eng.belta.by/politics",
        "https://eng.belta.by/society",
        "https://eng.belta.by/economics",
        "https://belta.by/president",
        "https://belta.by/politics",
        "https://belta.by/society",
    )
    article_urls = r"^https?://(?:(?:eng|deu|esp|pol|chn|blr|www)\.)?belta\.by/[a-z_-]+/view/[a-z0-9-]+-\d+-\d{4}/?$"
    languages = ("en", "ru")
    timezone = "Europe/Minsk"
    credits = ("BelTA", "БЕЛТА", "БелТА")
    body = "div.js-mediator-article"
    date = "div.date_full"
    # mediator_published_time says +00:00 and means Minsk; the page's header prints today's date.
    wrong_offset = True
    archive = Archive(
        captures=(
            "eng.belta.by/president/view/*",
            "eng.belta.by/politics/view/*",
            "eng.belta.by/society/view/*",
            "belta.by/president/view/*",
            "belta.by/politics/view/*",
            "belta.by/society/view/*",
        ),
    )
    evidence = (
        "rubric pages, selectors, false offset: live probes 2026-10-02..05 (RC)",
        "feed removed: 2026-10-04 (BYR), seen alive 2026-08 (GA)",
        "sitemap lists rubrics only, day archives ignore their day: 2026-10 (RC)",
        "robots.txt allows rubrics and articles, forbids /printv*: 2026-10 (RC)",
    )
