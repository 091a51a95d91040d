"""A sitemap is read as it was meant, whatever its publisher's software made of it."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from crawler.discovery.errors import NotTheDocument
from crawler.discovery.sitemaps import parse_sitemap

URL = "https://wire.example/sitemap.xml"
ONE = "https://wire.example/news/1"
TEN = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
PLAIN = f"<urlset><url><loc>{ONE}</loc></url></urlset>".encode()
DECLARED = b'<?xml version="1.0" encoding="UTF-8"?>' + PLAIN


def _news(title: str, when: str = "2026-11-27T10:00:00Z") -> bytes:
    said = f"<news:publication_date>{when}</news:publication_date><news:title>{title}</news:title>"
    return f"<urlset><url><loc>{ONE}</loc><news:news>{said}</news:news></url></urlset>".encode()


def _packed(body: bytes) -> bytes:
    """Without the time: the name of a test is the same in each worker."""
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        b"\n\n" + DECLARED,
        b"<b>Warning</b>: line 3<br />\n" + DECLARED,
        b"\xef\xbb\xbf\xef\xbb\xbf" + DECLARED,
        DECLARED.replace(b"UTF-8", b"UTF-16"),
        DECLARED.replace(b"1.0", b"1.1"),
        DECLARED.decode().encode("utf-16"),
        DECLARED.replace(b"urlset", b"URLSET").replace(b"loc>", b"LOC>").replace(b"url>", b"Url>"),
        PLAIN.replace(b"<", b"<m:").replace(b"<m:/", b"</m:"),
        PLAIN[:-15],
        PLAIN + b"<!-- cached --> <p>",
        _packed(PLAIN),
        _packed(_packed(PLAIN)),
        _packed(PLAIN[:30]) + _packed(PLAIN[30:]),
        _packed(PLAIN) + b"\n<!-- cached -->",
        _packed(PLAIN)[:-6],
    ],
)
def test_a_sitemap_is_read_however_it_is_dressed(body: bytes) -> None:
    assert [entry.url for entry in parse_sitemap(body, URL).entries] == [ONE]


@pytest.mark.parametrize(
    "written",
    ["?a=1&b=2", "?a=1&amp;b=2", "?a=1&amp;amp;b=2", "<![CDATA[?a=1&b=2]]>", "?a=1&#38;b=2"],
)
def test_an_ampersand_is_one_however_it_is_written(written: str) -> None:
    link = f"<![CDATA[{ONE}?a=1&b=2]]>" if "CDATA" in written else ONE + written
    body = f"<urlset><url><loc>{link}</loc></url></urlset>".encode()
    assert [entry.url for entry in parse_sitemap(body, URL).entries] == [f"{ONE}?a=1&b=2"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Talks&nbsp;held &laquo;today&raquo;", "Talks held «today»"),
        ("Talks & pacts", "Talks & pacts"),
        ("R&D; talks", "R&D; talks"),
        ("Losses < 5 & falling", "Losses < 5 & falling"),
        ("Talks &#55357;&#56845; held", "Talks \U0001f60d held"),
    ],
)
def test_a_title_is_whole(written: str, read: str) -> None:
    (entry,) = parse_sitemap(_news(written), URL).entries
    assert (entry.title, entry.published) == (read, TEN)


def test_a_title_in_another_encoding_is_read() -> None:
    body = b'<?xml version="1.0" encoding="windows-1251"?>' + _news("Переговоры").replace(
        "Переговоры".encode(), "Переговоры".encode("cp1251")
    )
    assert parse_sitemap(body, URL).entries[0].title == "Переговоры"


def test_a_time_without_a_zone_is_that_of_the_source() -> None:
    body = _news("Talks held", "2026-11-27T15:00:00")
    (entry,) = parse_sitemap(body, URL, zone="Asia/Almaty").entries
    assert entry.published == TEN


RSS = f"""<rss version="2.0"><channel><item><title>A</title><link>{ONE}</link>
<pubDate>Fri, 27 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"""
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title>
<link href="{ONE}"/><published>2026-11-27T10:00:00Z</published></entry></feed>"""


@pytest.mark.parametrize("body", [RSS, ATOM], ids=["RSS", "Atom"])
def test_a_feed_in_place_of_a_sitemap_is_read(body: str) -> None:
    for packed in (body.encode(), gzip.compress(body.encode())):
        (entry,) = parse_sitemap(packed, URL).entries
        assert (entry.url, entry.title, entry.published) == (ONE, "A", TEN)


@pytest.mark.parametrize(
    "body",
    [b"\x1f\x8b\x08nothing", b"<html><body>Not found</body></html>", b"{}", b"", b"<opml/>"],
)
def test_what_is_no_sitemap_is_refused(body: bytes) -> None:
    with pytest.raises(NotTheDocument):
        parse_sitemap(body, URL)


def test_a_bomb_is_not_unpacked() -> None:
    packed = gzip.compress(b" " * 61_000_000)
    with pytest.raises(NotTheDocument, match="unpacks to more"):
        parse_sitemap(packed, URL)
