"""A parameter is tracking by its name, or by its name and its value."""

from __future__ import annotations

import pytest

from crawler.model.tracking import is_tracking


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("utm_source", "18827"),
        ("UTM_Medium", "feed"),
        ("WT.mc_id", "12"),
        ("at_medium", "RSS"),
        ("PHPSESSID", "q1"),
        ("ref", "www.wire.example"),
        ("ref", "rss_top"),
        ("from", "home-page"),
        ("source", ""),
        ("CMP", "share_btn_tw"),
        ("print", "1"),
        ("amp", ""),
        ("view", "amp"),
        ("tmpl", "component"),
        ("sid", "0f3b5c7d9e1f0f3b5c7d9e1f0f3b5c7d"),
        ("_", "1764400000000"),
    ],
)
def test_what_tells_how_a_reader_came_names_no_page(name: str, value: str) -> None:
    assert is_tracking(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "1"),
        ("ref", "18827"),
        ("ref", "joint-drill"),
        ("from", "2026-11-01"),
        ("src", "story.html"),
        ("print", "12"),
        ("amp", "7"),
        ("share", "abc"),
        ("at_id", "1"),
        ("ns_id", "1"),
        ("wt_id", "1"),
        ("sc_lang", "ru"),
        ("sid", "44"),
        ("sid", "counterterrorism-committee-session"),
        ("view", "article"),
        ("_", "12"),
        ("q", "amp"),
    ],
)
def test_what_numbers_pages_is_kept_under_any_name(name: str, value: str) -> None:
    assert not is_tracking(name, value)
