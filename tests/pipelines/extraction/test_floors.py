"""Extraction is no worse than it was: means over all pages of the tests, with pinned floors."""

from __future__ import annotations

import tomllib
from itertools import chain
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from benchmarks import peers, saved
from benchmarks.scores import Score

FLOORS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("floors.toml").read_text(encoding="utf-8")
)
MEASURES = ("body", "day", "instant", "title", "credit")
FEWEST = 60  # pages that any measure but the rarer ones rests on


@pytest.fixture(scope="module")
def measured() -> dict[str, list[float]]:
    score = Score()
    for case in saved.own():
        score.add(case, peers.ours(case))
    return {
        "body": list(chain.from_iterable(score.bodies.values())),
        "day": score.days,
        "instant": score.instants,
        "title": score.titles,
        "credit": score.credits,
    }


@pytest.mark.parametrize("name", MEASURES)
def test_extraction_does_not_fall_below_its_floor(
    name: str, measured: dict[str, list[float]]
) -> None:
    assert mean(measured[name]) >= FLOORS[name]["floor"]


@pytest.mark.parametrize("name", MEASURES)
def test_no_page_is_taken_away_from_beneath_a_floor(
    name: str, measured: dict[str, list[float]]
) -> None:
    assert len(measured[name]) >= FLOORS[name]["pages"]


@pytest.mark.parametrize("name", MEASURES)
def test_a_floor_lies_right_beneath_what_was_measured(name: str) -> None:
    assert FLOORS[name]["measured"] - 0.01 <= FLOORS[name]["floor"] <= FLOORS[name]["measured"]


def test_bodies_titles_and_days_rest_on_many_pages(measured: dict[str, list[float]]) -> None:
    assert all(len(measured[name]) >= FEWEST for name in ("body", "title", "day", "instant"))


def test_no_article_comes_out_empty() -> None:
    assert not [case.id for case in saved.own() if not peers.ours(case).text]
