"""One address for one page, however it was linked to."""

from __future__ import annotations

import pytest

from crawler.model.urls import canonical_url, site

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


def test_a_site_is_its_registered_domain() -> None:
    assert site("https://en.inform.kz/news") == "inform.kz"
    assert site("https://news.example.co.uk/") == "example.co.uk"
    assert site("http://127.0.0.1:8080/rss.xml") == "127.0.0.1"
