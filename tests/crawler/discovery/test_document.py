"""What a source says exists, in every shape that sources say it."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from scrapy.http import HtmlResponse

from crawler.discovery.errors import NotTheDocument
from crawler.discovery.feeds import parse_feed
from crawler.discovery.listings import parse_listing
from crawler.discovery.sitemaps import parse_sitemap

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>Replica</title>
<item><title>Joint drill ends &amp;amp; talks begin</title><link>/news/1</link>
<description>&lt;p&gt;Two services met.&lt;/p&gt;</description>
<pubDate>Tue, 03 Sep 2019 11:23:00 +0300</pubDate></item>
<item><title>Учения завершены</title><link>https://wire.example/news/2</link></item>
<item><title>No link at all</title></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Replica</title>
<entry><title>Revised</title><link href="https://wire.example/news/3"/><id>urn:3</id>
<published>2026-11-23T09:00:00+03:00</published><updated>2026-11-23T10:00:00Z</updated></entry>
</feed>"""


def test_an_rss_feed_gives_entries_with_plain_titles_and_absolute_links() -> None:
    first, second = parse_feed(RSS.format(encoding="utf-8").encode(), "https://wire.example/rss")
    assert first.url == "https://wire.example/news/1"
    assert first.title == "Joint drill ends & talks begin"
    assert first.summary == "Two services met."
    assert first.published == datetime(2019, 9, 3, 8, 23, tzinfo=UTC)
    assert first.updated is None
    assert second.title == "Учения завершены"
    assert second.published is None


def test_a_feed_in_windows_1251_is_read_right() -> None:
    body = RSS.format(encoding="windows-1251").encode("windows-1251")
    assert parse_feed(body, "https://wire.example/rss")[1].title == "Учения завершены"


def test_an_atom_entry_keeps_publication_and_update_apart() -> None:
    (entry,) = parse_feed(ATOM.encode(), "https://wire.example/atom")
    assert entry.published == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><html><body>Checking your browser</body></html>", "an HTML page"),
        (b"", "an empty body"),
        (b"nothing to see", "neither RSS nor Atom"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, said: str) -> None:
    with pytest.raises(NotTheDocument, match=said):
        parse_feed(body, "https://wire.example/rss", "text/html")


def test_a_feed_that_breaks_off_gives_what_it_had() -> None:
    body = RSS.format(encoding="utf-8").encode()
    cut = body[: body.index(b"<title>No link")]
    assert len(parse_feed(cut, "https://wire.example/rss")) >= 2


NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://wire.example/news/1</loc><lastmod>2026-11-23T10:00:00Z</lastmod>
<news:news><news:publication><news:name>Replica</news:name></news:publication>
<news:publication_date>2026-11-23T12:30:00+03:00</news:publication_date>
<news:title>Joint drill ends</news:title></news:news></url>
<url><loc>https://wire.example/news/2</loc><lastmod>2026-11-22</lastmod></url>
</urlset>"""

INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://wire.example/old.xml</loc><lastmod>2020-01-01T00:00:00Z</lastmod></sitemap>
<sitemap><loc>https://wire.example/new.xml</loc><lastmod>2026-11-01T00:00:00Z</lastmod></sitemap>
</sitemapindex>"""


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_news_sitemap_tells_titles_and_instants(pack: type[bytes]) -> None:
    first, second = parse_sitemap(pack(NEWS.encode()), "https://wire.example/news.xml").entries
    assert first.title == "Joint drill ends"
    assert first.published == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert first.updated == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert second.updated is None  # a bare day is no instant


def test_a_picture_s_title_is_not_the_article_s() -> None:
    body = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
    xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
    <url><image:image><image:loc>https://wire.example/1.jpg</image:loc>
    <image:title>A hall</image:title></image:image><loc>https://wire.example/1</loc>
    <news:news><news:title>Drill ends</news:title></news:news></url></urlset>"""
    (entry,) = parse_sitemap(body.encode(), "https://wire.example/news.xml").entries
    assert (entry.url, entry.title) == ("https://wire.example/1", "Drill ends")


def test_what_a_sitemap_dates_comes_newest_first_even_by_day() -> None:
    days = ("2026-11-01", "2026-11-23T10:00:00Z", "2026-11-20", "")
    urls = "".join(
        f"<url><loc>/{n}</loc><lastmod>{day}</lastmod></url>" for n, day in enumerate(days)
    )
    body = f"<urlset>{urls}</urlset>".encode()
    entries = parse_sitemap(body, "https://wire.example/sitemap.xml").entries
    assert [entry.url[-1] for entry in entries] == ["1", "2", "0", "3"]


def test_an_empty_news_sitemap_is_a_quiet_day() -> None:
    body = NEWS[: NEWS.index("<url>")] + "</urlset>"
    assert parse_sitemap(body.encode(), "https://wire.example/news.xml").entries == ()


def test_a_sitemap_may_be_a_plain_list() -> None:
    body = b"\xef\xbb\xbfhttps://wire.example/1\r\nhttps://wire.example/2\n"
    entries = parse_sitemap(body, "https://wire.example/sitemap.txt").entries
    assert [entry.url for entry in entries] == ["https://wire.example/1", "https://wire.example/2"]


def test_a_sitemap_index_gives_its_children_newest_first() -> None:
    sitemap = parse_sitemap(INDEX.encode(), "https://wire.example/sitemap.xml")
    assert sitemap.children == ("https://wire.example/new.xml", "https://wire.example/old.xml")


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Sorry</body></html>", b"\x1f\x8bbroken", RSS.encode()]
)
def test_what_is_no_sitemap_is_an_error(body: bytes) -> None:
    with pytest.raises(NotTheDocument):
        parse_sitemap(body, "https://wire.example/sitemap.xml")


def test_a_listing_gives_its_articles_once_and_the_next_page() -> None:
    html = """<a href="/news/1"><img></a><a href="/news/1">Joint drill ends</a>
    <a href="/about">About</a><a href="/news/2#top">Second</a>
    <a class="next" href="?page=2">→</a>"""
    response = HtmlResponse("https://wire.example/list", body=html.encode(), encoding="utf-8")
    listing = parse_listing(response, article_urls=r"/news/\d+$", next_page="a.next")
    assert [(entry.url, entry.title) for entry in listing.entries] == [
        ("https://wire.example/news/1", "Joint drill ends"),
        ("https://wire.example/news/2", "Second"),
    ]
    assert listing.next_page == "https://wire.example/list?page=2"
