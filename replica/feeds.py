"""Feeds of the outlets: RSS, Atom, a news sitemap, listing pages."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from replica import chrome
from replica.dates import forms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from replica.chrome import Publication
    from replica.outlets import ReplicaOutlet

FEED_LENGTH = 30
PAGE_LENGTH = 10
NEWS_SITEMAP_AGE = timedelta(days=2)  # Google's rule for news sitemaps
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rss(outlet: ReplicaOutlet, newest_first: Sequence[Publication], base_url: str) -> str:
    """Stories as RSS."""
    items = "".join(
        f"<item><title>{escape(p.story.title)}</title><link>{escape(p.url)}</link>"
        f'<guid isPermaLink="true">{escape(p.url)}</guid>'
        f"<pubDate>{format_datetime(outlet.local(p.at))}</pubDate>"
        f"<description>{escape(p.lead)}</description></item>\n"
        for p in newest_first[:FEED_LENGTH]
    )
    return (
        f'{_DECLARATION}<rss version="2.0"><channel><title>{escape(outlet.title)}</title>'
        f"<link>{base_url}/</link><description>{escape(outlet.title)}</description>"
        f"<language>{outlet.language}</language>\n{items}</channel></rss>\n"
    )


def atom(outlet: ReplicaOutlet, newest_first: Sequence[Publication], base_url: str) -> str:
    """Stories as Atom."""
    shown = newest_first[:FEED_LENGTH]
    entries = "".join(
        f"<entry><title>{escape(p.story.title)}</title><id>{escape(p.url)}</id>"
        f'<link rel="alternate" type="text/html" href="{escape(p.url)}"/>'
        f"<published>{_instant(outlet, p.at)}</published>"
        f"<updated>{_instant(outlet, p.modified)}</updated>"
        f"<author><name>{escape(p.story.author or outlet.title)}</name></author>"
        f"<summary>{escape(p.lead)}</summary></entry>\n"
        for p in shown
    )
    updated = max((p.modified for p in shown), default=None)
    stamp = f"<updated>{_instant(outlet, updated)}</updated>" if updated else ""
    return (
        f'{_DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(outlet.title)}</title><id>{base_url}/</id>"
        f'<link rel="self" href="{base_url}/atom.xml"/>{stamp}\n{entries}</feed>\n'
    )


def news_sitemap(
    outlet: ReplicaOutlet, newest_first: Sequence[Publication], *, now: datetime
) -> str:
    """Stories as a Google-News sitemap."""
    urls = "".join(
        f"<url><loc>{escape(p.url)}</loc><lastmod>{_instant(outlet, p.modified)}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(outlet.title)}</news:name>"
        f"<news:language>{outlet.language}</news:language></news:publication>"
        f"<news:publication_date>{_instant(outlet, p.at)}</news:publication_date>"
        f"<news:title>{escape(p.story.title)}</news:title></news:news></url>\n"
        for p in newest_first[:1000]
        if now - p.at < NEWS_SITEMAP_AGE
    )
    return (
        f'{_DECLARATION}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{urls}</urlset>\n"
    )


def pages(newest_first: Sequence[Publication]) -> int:
    """How many listing pages there are; an outlet without stories has an empty one."""
    return max(1, -(-len(newest_first) // PAGE_LENGTH))


def listing(
    outlet: ReplicaOutlet, newest_first: Sequence[Publication], number: int, *, today: datetime
) -> bytes:
    """Listing page `number`, counted from 1, in the outlet's own charset."""
    shown = newest_first[(number - 1) * PAGE_LENGTH : number * PAGE_LENGTH]
    shared = chrome.fragments(outlet, shown, today=today)
    rows = "\n".join(
        f'<div class="rubric__item"><a class="rubric__link" href="{escape(p.url)}">'
        f"{escape(p.story.title)}</a> "
        f'<span class="rubric__date">{_printed(outlet, p.at)}</span></div>'
        for p in shown
    )
    following = (
        f'<a class="pager__next" rel="next" href="/listing?page={number + 1}">&raquo;</a>'
        if number < pages(newest_first)
        else ""
    )
    header = forms(outlet.local(today), outlet.language)["weekday_day_year"]
    page = (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}"><head><meta charset="{outlet.charset}">'
        f"<title>{escape(outlet.title)}</title>{shared['style_html']}</head><body>"
        f'<header><span class="today">{header}</span><a href="/search?q=">&#128269;</a>'
        f'<ul class="menu">{shared["menu_html"]}</ul></header>'
        f'<main class="rubric">\n{rows}\n</main><nav class="pager">{following}</nav>'
        f"<footer>{shared['notice_html']}</footer>{shared['script_html']}</body></html>\n"
    )
    return page.encode(outlet.charset, errors="xmlcharrefreplace")


def robots(base_url: str, crawl_delay: float | None) -> str:
    """The outlet's robots.txt."""
    pause = f"Crawl-delay: {crawl_delay:g}\n" if crawl_delay is not None else ""
    return f"User-agent: *\nDisallow: /search\n{pause}Sitemap: {base_url}/news-sitemap.xml\n"


def _instant(outlet: ReplicaOutlet, moment: datetime) -> str:
    return outlet.local(moment).isoformat(timespec="seconds")


def _printed(outlet: ReplicaOutlet, moment: datetime) -> str:
    return forms(outlet.local(moment), outlet.language)["clock_day_year"]
