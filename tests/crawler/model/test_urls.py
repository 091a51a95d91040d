"""One address for one page, however it was linked to."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.model.urls import canonical_url, entry_key, site

PAGE = "https://wire.example/news/joint-drill-4f2a"


@pytest.mark.parametrize(
    "variant",
    [
        "http://wire.example/news/joint-drill-4f2a",
        "https://www.wire.example/news/joint-drill-4f2a/",
        "https://m.wire.example/news/joint-drill-4f2a",
        "https://amp.wire.example/news/joint-drill-4f2a",
        "https://wire.example/news/joint-drill-4f2a/amp/",
        "https://wire.example/amp/news/joint-drill-4f2a",
        "https://wire.example/news/joint-drill-4f2a/print",
        "https://wire.example/news/joint-drill-4f2a?utm_source=rss&utm_medium=feed",
        "https://wire.example/news/joint-drill-4f2a?fbclid=abc#comments",
        "https://WIRE.example:443/news/joint-drill-4f2a?amp=1",
        " https://wire.example/news/joint-drill-4f2a ",
        "https://wire.example//news///joint-drill-4f2a",
        "https://wire.example./news/./old/../joint-drill-4f2a.",
        "https://wire.example/news/joint-drill-4f2a;jsessionid=0A1B?ref=rss",
        "https://wire.example/(S(lit3py55t21z5v55vlm25s55))/news/joint-drill-4f2a",
        "https://wire.example/news/joint-drill-4f2a?utm_id=1&amp;utm_source=rss",
        "https://www.google.com/url?url=https://wire.example/news/joint-drill-4f2a%3Fref%3Drss",
    ],
)
def test_variants_of_a_page_have_one_address(variant: str) -> None:
    assert canonical_url(variant) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://wire.example/en/news/1", "https://wire.example/ru/news/1"),
        ("https://en.wire.example/news/1", "https://ru.wire.example/news/1"),
        ("https://wire.example/news?id=1", "https://wire.example/news?id=2"),
        ("http://127.0.0.1:8001/news/1", "http://127.0.0.1:8002/news/1"),
        ("https://wire.example/news/1", "https://wire.example/news/10"),
        ("https://wire.example/camp/1", "https://wire.example/1"),
        ("https://wire.example/#!/news/1", "https://wire.example/#!/news/2"),
        ("https://wire.example/app#/news/1", "https://wire.example/app#/news/2"),
        ("https://wire.example/view?ref=101", "https://wire.example/view?ref=102"),
        ("https://wire.example/topics/amp", "https://wire.example/topics"),
        ("https://m.co.uk/news/1", "https://a.co.uk/news/1"),
    ],
)
def test_different_pages_keep_different_addresses(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_parameters_in_another_order_are_the_same_page() -> None:
    assert canonical_url("https://a.example/?b=2&a=1") == canonical_url(
        "https://a.example/?a=1&b=2"
    )


@pytest.mark.parametrize("address", ["mailto:desk@a.example", "javascript:void(0)", "", "/news/1"])
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a web address"):
        canonical_url(address)


_PIECES = st.sampled_from(
    [
        *("http://", "https://", "//", "/", "?", "#", "&", "=", ";", ":", ".", "%", "%25", "%2F"),
        *("www.", "m.", "amp", "/amp/", ".amp", ".html", "/print", "/index.html", "default.php"),
        *("utm_source=", "%75tm_id=1", "fbclid", "a.example", "xn--", "[::1]", "[fe80::1%25a]"),
        *("#!", "#/", ";sid=1", "&amp;", "e\u0301", "%CC%81", "google.com/url?q=http://a.example/"),
        *(":80", ":443", ":8080", "user@", "\u00df", "\u2100", "\ud800", "\u0130", " ", "+", "@"),
    ]
)
_ADDRESSES = st.lists(_PIECES | st.text(max_size=4), max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(_ADDRESSES, st.sampled_from(["", "https://a.example/", "http://www.m.b.example?"]))
def test_the_key_of_a_key_is_itself(rest: str, start: str) -> None:
    with suppress(ValueError):
        key = canonical_url(start + rest)
        assert canonical_url(key) == key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("http://[2001:DB8::1]/news/1", "https://[2001:db8::1]/news/1"),
        ("http://[::1]:8080/news/1", "https://[::1]:8080/news/1"),
        ("https://www.m.wire.example/amp/print/a.amp.html/amp/", "https://wire.example/a.html"),
        ("https://wire.example/a?%75tm_source=x&b=1", "https://wire.example/a?b=1"),
        ("https://wire.example/cafe\u0301", "https://wire.example/caf%C3%A9"),
        ("https://en.m.wire.example/a", "https://en.wire.example/a"),
        (
            "https://wire.example/news/amp/world-47110842",
            "https://wire.example/news/world-47110842",
        ),
        ("https://wire.example/#!/a/?utm_source=x", "https://wire.example/#!/a"),
    ],
)
def test_the_key_is_simple_at_once(address: str, key: str) -> None:
    assert canonical_url(address) == key


@pytest.mark.parametrize("piece", ["/amp", "m.", ".amp", "/index.html", "utm_a&", "/", "%", ";"])
def test_the_longest_addresses_cost_little(piece: str) -> None:
    began = time.process_time()
    for start in ("https://", "https://a.example/", "https://a.example/x", "https://a.example?"):
        with suppress(ValueError):
            canonical_url.__wrapped__((start + piece * 2_000)[:2_000])
    assert time.process_time() - began < 0.2


def test_an_entry_that_shares_its_link_has_a_key_of_its_own() -> None:
    assert entry_key(PAGE + "#top", "") == PAGE
    one, other = entry_key(PAGE, "tag:wire.example,2026:1/?a=b"), entry_key(PAGE, "2")
    assert len({PAGE, one, other}) == 3
    assert canonical_url(one) == one


def test_a_site_is_its_registered_domain() -> None:
    assert site("https://en.inform.kz/news") == "inform.kz"
    assert site("https://news.example.co.uk/") == "example.co.uk"
    assert site("http://127.0.0.1:8080/rss.xml") == "127.0.0.1"
