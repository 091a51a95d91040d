"""An hour in which nothing is spared, made minutes: all is read, told once, and in the ledger.

CI runs a small share on SQLite. `WIREWATCH_TEST_CHAOS=whole pytest tests/e2e/test_unattended.py` is
the whole: 50 lives of the program, each ended by `kill -9`, on both databases. Meanwhile outlets
hang, cut, lie, redirect, ask for quiet, show false certificates and challenges; Slack is away for a
while and faulty otherwise; the disk is full once; the clock jumps, also back, also in mid-life.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.model.urls import canonical_url
from crawler.schedule.due import PUNCTUAL
from crawler.storage.crawl.runs import CUT_OFF, LATE, READ, SKIPPED
from crawler.storage.schema import outbox
from tests.doubles.slack.faults import QUICK, Fault
from tests.doubles.slack.mock_slack import MockSlack
from tests.e2e.desk import Desk
from tests.e2e.machine import Machine
from tests.e2e.press import Mood, Press
from tests.e2e.true_time import took_place
from tests.e2e.unattended import ROOMS, SOON, Plan, Unattended

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SEED = int(os.environ.get("WIREWATCH_TEST_SEED", "20261128"))
WHOLE = os.environ.get("WIREWATCH_TEST_CHAOS") == "whole"
CHARACTERS = (Mood.GOOD, Mood.GOOD, Mood.GOOD, *(mood for mood in Mood if mood is not Mood.GOOD))
PLAN = (
    Plan(
        lives=50,
        stories=3,
        ill=(3, 38),
        slack_away=(12, 18),
        disk_full=(30, 32),
        set_back=frozenset({10, 27, 41}),
        set_back_in=frozenset({22, 35, 46}),
        settled_within=180,
    )
    if WHOLE
    else Plan(
        lives=6,
        stories=4,
        ill=(1, 4),
        slack_away=(1, 2),
        disk_full=(3, 4),
        set_back=frozenset({2}),
        set_back_in=frozenset({5}),
        settled_within=60,
    )
)


@pytest.fixture
async def unattended(tmp_path: Path, store_url: str) -> AsyncIterator[Unattended]:
    if not (WHOLE or store_url.startswith("sqlite")):
        pytest.skip("WIREWATCH_TEST_CHAOS=whole runs it on PostgreSQL, too")
    chance = random.Random(SEED)  # noqa: S311 - repeatable chaos
    print(f"WIREWATCH_TEST_SEED={SEED}")  # noqa: T201 - shown where it fails
    machine = Machine(tmp_path)
    async with (
        Desk(tmp_path, store_url=store_url) as desk,
        Press(tmp_path, CHARACTERS, chance, machine.now) as press,
        MockSlack(pace=0.5, clock=machine.now) as slack,
    ):
        built = Unattended(desk, machine, press, slack, chance, PLAN)
        built.configure()
        count = PLAN.lives
        faults = [Fault(kind=chance.choice(QUICK), seconds=0.5) for _ in range(count)]
        slack.faults.scatter(faults, rate=0.1)
        yield built


@pytest.mark.timeout(1200 if WHOLE else 300)
async def test_whatever_happens_in_an_hour_nothing_is_lost_doubled_or_left_open(
    unattended: Unattended,
) -> None:
    await unattended.install()
    for number in range(PLAN.lives):
        await unattended.live(number)
    await unattended.settle()
    _every_page_ended_as_its_outlet_made_it(unattended)
    _every_message_came_once(unattended)
    _every_story_was_told_once(unattended)
    _every_planned_run_ended(unattended)
    _what_began_late_says_so(unattended)
    _no_source_was_polled_twice(unattended)
    _what_ailed_was_said_once_and_is_over(unattended)
    assert unattended.in_delivery, "not once did it die in mid-delivery"


def _every_page_ended_as_its_outlet_made_it(unattended: Unattended) -> None:
    found = unattended.pages()
    articles = Counter(article["url"] for article in unattended.desk.articles())
    for shown in unattended.press.published:
        page = found[shown.url]
        if why := shown.rejected_for:
            assert (page["state"], page["reason"]) == ("rejected", why), shown
            assert articles[shown.url] == 0
        else:
            assert (page["state"], articles[shown.url]) == ("stored", 1), (shown, dict(page))
    assert len(found) == len(unattended.press.published)


def _every_message_came_once(unattended: Unattended) -> None:
    for name, room in ROOMS.items():
        rows = unattended.desk.rows(sa.select(outbox).where(outbox.c.channel == name))
        new = [row for row in rows if not row["kind"].startswith("update-")]  # an edit is none
        assert Counter(unattended.slack.alerts(room)) == Counter(
            f"{row['story_id'] or 0}:{row['kind']}" for row in new
        ), name


def _every_story_was_told_once(unattended: Unattended) -> None:
    query = sa.select(outbox).where(outbox.c.channel == "desk", outbox.c.kind == "story")
    rows = unattended.desk.rows(query)
    numbers = {shown.url: shown.number for shown in unattended.press.published}
    told = Counter(numbers[canonical_url(row["payload"]["url"])] for row in rows)
    expected = {
        shown.number
        for shown in unattended.press.published
        if shown.flagged and not shown.rejected_for
    }
    assert told == Counter(expected)


def _every_planned_run_ended(unattended: Unattended) -> None:
    ledger = unattended.ledger()
    assert unattended.planned <= {run["id"] for run in ledger}, "a plan is gone"
    for run in ledger:
        assert run["outcome"] != "running", dict(run)
        if run["outcome"] == "planned":  # the one that comes next
            assert run["planned_at"] > unattended.ended_at - timedelta(seconds=SOON), dict(run)
        else:
            assert run["finished_at"] is not None, dict(run)
        assert run["reason"] or run["outcome"] not in {"failed", "skipped"}, dict(run)
    skipped = [run for run in ledger if run["outcome"] == SKIPPED]
    written = Counter((run["source"], run["planned_at"], run["finished_at"]) for run in skipped)
    assert set(written.values()) <= {1}, written


def _what_began_late_says_so(unattended: Unattended) -> None:
    read = [run for run in unattended.ledger() if run["outcome"] in READ]
    assert any(run["outcome"] == LATE for run in read), "the clock was put on, and none was late"
    for run in read:
        is_late = run["started_at"] - run["planned_at"] > PUNCTUAL
        assert (run["outcome"] == LATE) is is_late, dict(run)
        assert run["reason"].startswith("began ") is is_late, dict(run)


def _no_source_was_polled_twice(unattended: Unattended) -> None:
    """Neither at a time, nor within its interval; but what was cut off is taken up at once."""
    by_source = defaultdict(list)
    asked = [run for run in unattended.ledger() if run["outcome"] != SKIPPED]
    for one in took_place(asked, unattended.set_backs):
        by_source[one.run["source"]].append(one)
    for source, taken in by_source.items():
        interval = unattended.intervals[source]
        for before, after in pairwise(taken):
            said = dict(before.run), dict(after.run)
            assert after.begun >= before.ended, said
            if before.run["reason"] != CUT_OFF:
                assert after.begun - before.begun > interval - timedelta(seconds=1), said


def _what_ailed_was_said_once_and_is_over(unattended: Unattended) -> None:
    raised = unattended.conditions()
    said = Counter((row["source"], row["kind"]) for row in raised)
    assert said == Counter(unattended.press.ailments)
    first = {
        message["metadata"]["event_payload"]["alert"]: json.dumps(message)
        for message in unattended.slack.messages
        if message["channel"] == ROOMS["ops"] and message.get("metadata")
    }
    for row in raised:
        assert f"{row['kind']}, over after" in first[f"0:ops-condition-{row['id']}"], dict(row)
