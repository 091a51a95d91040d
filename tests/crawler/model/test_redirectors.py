"""A link that goes through somebody else's address leads to the page that it spells out."""

from __future__ import annotations

import pytest

from crawler.model.redirectors import redirect_target

PAGE = "https://wire.example/news/1"
ESCAPED = "https%3A%2F%2Fwire.example%2Fnews%2F1"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/url?rct=j&url={PAGE}&ct=ga",
        f"https://www.google.com.tr/url?q={ESCAPED}&sa=D",
        "https://www.google.kz/amp/s/wire.example/news/1",
        "https://wire-example.cdn.ampproject.org/c/s/wire.example/news/1",
        "https://cdn.ampproject.org/v/s/wire.example/news/1",
        "https://www.bing.com/amp/s/wire.example/news/1",
        f"https://l.facebook.com/l.php?u={ESCAPED}&h=AT0",
        f"https://vk.com/away.php?to={ESCAPED}",
        f"https://eur01.safelinks.protection.outlook.com/?url={ESCAPED}&data=05",
    ],
)
def test_the_page_behind_a_redirector_is_named(link: str) -> None:
    assert redirect_target(link) == PAGE


@pytest.mark.parametrize(
    "link",
    [
        PAGE,
        "https://www.google.com/url?q=counter-terrorism",
        "https://www.google.com/amp/",
        "https://wire.example/url?url=https://other.example/a",
        "https://wire.example/news/amp/s/other.example/a",
        "http://[google/url?url=https://wire.example/",
    ],
)
def test_any_other_link_is_left_as_it_is(link: str) -> None:
    assert redirect_target(link) == link
