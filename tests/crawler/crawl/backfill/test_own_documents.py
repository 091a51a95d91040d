"""A source's own archive may be of any size and make: all of it is read, in bounded parts."""

from __future__ import annotations

import gzip
import json
from datetime import date

import pytest

from crawler.config.source import DocumentKind, Source
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable
from crawler.crawl.backfill.days import Days
from crawler.crawl.backfill.own_documents import (
    SitemapAsked,
    read_listing,
    read_posts,
    read_sitemap,
)
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.limits import MOST_ENTRIES
from crawler.discovery.reader import read
from crawler.discovery.received import Received

HOST = "http://paper.example"
DAYS = Days(since=date(2019, 9, 1), until=date(2019, 9, 3))
SOURCE = Source.model_validate(
    {"name": "paper", "feeds": [f"{HOST}/feed"], "article_urls": r"/news/\d+$"}
)


def sitemap(urls: list[str], kind: str = "url") -> bytes:
    root = "urlset" if kind == "url" else "sitemapindex"
    inner = "".join(f"<{kind}><loc>{url}</loc></{kind}>" for url in urls)
    return f"<{root}>{inner}</{root}>".encode()


def asked(begin: int = 0) -> SitemapAsked:
    return SitemapAsked(url=f"{HOST}/sitemap.xml", days=DAYS, is_dated=True, begin=begin)


def test_a_sitemap_longer_than_a_step_is_read_in_parts_without_a_loss() -> None:
    urls = [f"{HOST}/news/{number}" for number in range(MOST_ENTRIES + 5)]
    first = read_sitemap(sitemap(urls), asked())
    second = read_sitemap(sitemap(urls), asked(first.then))
    assert len(first.entries) == first.then == MOST_ENTRIES
    assert second.then == 0
    assert {entry.url for entry in (*first.entries, *second.entries)} == set(urls)


def test_of_an_index_only_the_sitemaps_of_the_days_are_kept_and_it_does_not_name_itself() -> None:
    wanted = f"{HOST}/sitemap-2019-09-02.xml"
    urls = [f"{HOST}/sitemap.xml", wanted, f"{HOST}/sitemap-2018-01-01.xml"]
    assert read_sitemap(sitemap(urls, "sitemap"), asked()).children == (wanted,)


def test_an_index_with_too_many_sitemaps_says_how_many_are_left_out() -> None:
    urls = [f"{HOST}/part-{number}.xml" for number in range(MOST_ENTRIES + 7)]
    part = read_sitemap(sitemap(urls, "sitemap"), asked())
    assert (len(part.children), part.left_out) == (MOST_ENTRIES, 7)


def test_a_sitemap_that_unpacks_to_a_bomb_is_refused() -> None:
    with pytest.raises(NotTheDocument, match="unpacks to more"):
        read_sitemap(gzip.compress(b" " * 61_000_000, 1), asked())


def test_a_listing_with_endless_links_is_cut_and_says_so() -> None:
    links = "".join(f"<a href='/news/{n}'>{'x' * 10}</a>" for n in range(MOST_ENTRIES + 1))
    page = Received(url=HOST, body=links.encode(), content_type="text/html; charset=utf-8")
    reading = read_listing(page, SOURCE)
    assert len(reading.entries) == MOST_ENTRIES
    assert [flaw.slug for flaw in reading.flaws] == ["too-many-entries"]


@pytest.mark.parametrize("body", [b"[" * 100_000, b"{}", b"<html>", b"", b"\xff\xfe\x00"])
def test_what_is_no_list_of_posts_is_an_error(body: bytes) -> None:
    with pytest.raises(ArchiveUnavailable):
        read_posts(body, HOST)


def test_an_odd_post_costs_no_other() -> None:
    odd = [7, {"link": 1}, {"link": f"{HOST}/news/1", "date_gmt": "0001-01-01T00:00:00+23:00"}]
    good = {"link": f"{HOST}/news/2", "title": {"rendered": "\ud800 A"}, "date_gmt": "2019-09-02"}
    posts = read_posts(json.dumps([*odd, good]).encode(), HOST)
    assert [entry.url for entry in posts.entries] == [f"{HOST}/news/1", f"{HOST}/news/2"]
    assert posts.count == 4
    posts.entries[1].title.encode()


def test_the_feed_before_a_feed_is_what_it_links_to_and_no_file_of_ours() -> None:
    feed = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Paper</title>"
        "<link rel='prev-archive' href='/feed?page=2'/>"
        f"<entry><id>1</id><link href='{HOST}/news/1'/></entry></feed>"
    )
    received = Received(url=f"{HOST}/feed", body=feed.encode(), content_type="application/atom+xml")
    assert read(DocumentKind.FEED, received, SOURCE).older == f"{HOST}/feed?page=2"
    with pytest.raises(NotTheDocument):
        read(DocumentKind.FEED, Received(url=HOST, body=b"/etc/passwd"), SOURCE)
