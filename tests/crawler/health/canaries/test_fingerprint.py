"""What differs between two readings of a page is said in a few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.health.canaries.fingerprint import (
    LARGEST,
    SHORTEST,
    differences,
    fingerprint,
    is_canary_candidate,
)
from crawler.model.items import Article, Extracted, Instant, Precision, ZoneRule
from tests.factories import NOON, page

PUBLISHED = Instant(
    at=NOON, precision=Precision.MINUTE, zone_rule=ZoneRule.STATED, signal="meta", stated=""
)
GOOD = Extracted(
    title="Talks in Minsk",
    text="x" * SHORTEST,
    authors=("A. Smith",),
    language="en",
    published=PUBLISHED,
)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"title": "Home"}, ['title "Talks in Minsk" → "Home"']),
        ({"text": "x" * 214}, ["text 600 → 214 characters"]),
        ({"text": "x" * 599 + "y"}, ["text in other words, of 600 characters as before"]),
        ({"published": None}, ["date gone"]),
        (
            {"published": replace(PUBLISHED, at=NOON + timedelta(hours=3))},
            ["date 2026-11-23T12:00:00+00:00 → 2026-11-23T15:00:00+00:00"],
        ),
        (
            {"published": replace(PUBLISHED, precision=Precision.DAY)},
            ["date to the minute → to the day"],
        ),
        ({"authors": (), "language": ""}, ["authors A. Smith → none", "language en → none"]),
    ],
)
def test_what_differs_is_told(change: dict[str, Any], told: list[str]) -> None:
    assert list(differences(fingerprint(GOOD), fingerprint(replace(GOOD, **change)))) == told


@pytest.mark.parametrize(
    "bad",
    [
        Article(page=page(), content=replace(GOOD, text="x" * 599)),
        Article(page=page(), content=replace(GOOD, published=None)),
        Article(
            page=page(),
            content=replace(GOOD, published=replace(PUBLISHED, precision=Precision.DAY)),
        ),
        Article(page=replace(page(), html=b"x" * (LARGEST + 1)), content=GOOD),
        Article(page=replace(page(), html=b"", lead_only=True), content=GOOD),
        Article(page=replace(page(), not_after=NOON), content=GOOD),
    ],
)
def test_only_a_good_page_of_a_poll_is_taken(bad: Article) -> None:
    assert is_canary_candidate(Article(page=page(), content=GOOD))
    assert not is_canary_candidate(bad)
