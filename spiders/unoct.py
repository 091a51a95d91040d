"""UN Office of Counter-Terrorism, with the UN Counter-Terrorism Centre."""

from crawler.config.source import Archive
from crawler.crawl.wire_spider import WireSpider


class Unoct(WireSpider):
    name = "unoct"
    title = "UN Office of Counter-Terrorism"
    country = "INT"
    kind = "institution"
    unproven = "There is no feed, and nobody has recorded that the pages taken for lists are lists."
    listings = (
        "https://www.un.org/counterterrorism/en/events",
        "https://www.un.org/counterterrorism/en/news",
        "https://www.un.org/counterterrorism/en/press-releases",
    )
    # Mirrors of these pages stand on spam domains: the host is part of the pattern.
    article_urls = (
        r"^https?://www\.un\.org/counterterrorism/(?:(?:en|fr|es|ar|zh|ru)/)?"
        r"(?:events|news|press-releases)/[A-Za-z0-9-]+/?$"
    )
    languages = ("en", "fr", "es", "ar", "zh", "ru")
    timezone = "America/New_York"
    credits = ("UNOCT", "UNCCT")
    # An event prints the day it takes place, which may be later than the day it is announced.
    archive = Archive(captures=("www.un.org/counterterrorism/*",))
    evidence = (
        "no feed found: 2026-11 (PG)",
        "addresses with and without the language: 2023 and 2026 (PG, repository copies)",
        "Drupal 7 (generator, canonical link): stored page, 2026-11 repository copies",
        "lists at /events, /news, /press-releases: named, not probed (PG)",
    )
