"""How a source does, in a word."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crawler.health.source_summary import State, judge
from crawler.storage.crawl.runs import Run
from crawler.storage.health.source_stats import Standing
from tests.factories import declared

WIRE = declared("a_wire", kind="wire")
INSTITUTION = declared("an_institution", kind="institution", feeds=["https://un.example/rss"])


def _run(now: datetime, outcome: str, reason: str = "", *slugs: str) -> Run:
    then = now - timedelta(minutes=12)
    return Run(
        id=1,
        source="a_wire",
        planned_at=then,
        started_at=then,
        finished_at=then,
        outcome=outcome,
        reason=reason,
        baseline=False,
        cause="schedule",
        counts={f"failed documents: {slug}": 1 for slug in slugs},
    )


def test_a_source_without_a_run_was_never_polled(now: datetime) -> None:
    assert judge(WIRE, None, now).said == "never polled"


@pytest.mark.parametrize(
    ("outcome", "reason", "slugs", "failing", "said"),
    [
        ("done", "", (), 0, "ok 12 min ago"),
        ("done", "one feed: 404", ("http-404",), 0, "partly: http-404 12 min ago"),
        ("failed", "x", ("http-403",), 5, "failing: http-403 ×5"),
        ("failed", "took longer than crawl.poll_timeout", (), 1, "failing: took longer than"),
        ("failed", "the process ended", (), 1, "interrupted 12 min ago"),
        ("running", "", (), 0, "polling since 12 min"),
    ],
)
def test_the_last_run_says_how_it_does(
    now: datetime, outcome: str, reason: str, slugs: tuple[str, ...], failing: int, said: str
) -> None:
    standing = Standing(last=_run(now, outcome, reason, *slugs), failing=failing, newest=now)
    assert judge(WIRE, standing, now).said.startswith(said)


def test_a_wire_is_silent_after_days_and_an_institution_after_weeks(now: datetime) -> None:
    standing = Standing(last=_run(now, "done"), newest=now - timedelta(days=3, hours=1))
    assert judge(WIRE, standing, now).said == "silent 3 d"
    assert judge(INSTITUTION, standing, now).state is State.OK
