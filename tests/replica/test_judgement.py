"""A demonstration passes when each story alerted once and nothing else did."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.config.config import load
from replica.chrome import Publication
from replica.configuration import PREFIX, write_configuration
from replica.journal import CrawlProgress, Journal, ReceivedAlert
from replica.outlets import OUTLETS
from replica.verdict import judge_demo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from replica.story import Story

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ORIGINAL = "belarus-and-cis-center-agree-on-shared-terrorism-watch-list"
REPRINT = "belarus-signs-protocol-with-cis-anti-terrorism-center"
ATTACK = "car-bomb-kills-nine-at-checkpoint"


@pytest.fixture
def shown(stories: tuple[Story, ...]) -> dict[str, Publication]:
    by_id = {story.id: story for story in stories}
    return {
        name: Publication(
            story=by_id[name],
            url=f"http://127.0.0.1:1/{name}/",
            at=NOON,
            written=NOON,
            modified=NOON,
        )
        for name in (ORIGINAL, REPRINT, ATTACK)
    }


def alert(shown: Mapping[str, Publication], name: str, *, after: float = 1.5) -> ReceivedAlert:
    page = shown[name]
    return ReceivedAlert(
        story="1",
        url=page.url.replace("http:", "https:").rstrip("/"),
        title=page.story.title,
        sent_at=page.at + timedelta(seconds=after),
    )


def test_one_alert_for_the_story_and_none_for_the_rest_is_right(
    shown: dict[str, Publication],
) -> None:
    verdict = judge_demo(shown, [alert(shown, ORIGINAL)])
    assert verdict.problems == ()
    assert verdict.seconds == {ORIGINAL: 1.5}


def test_a_story_may_alert_by_its_reprint_but_only_once(shown: dict[str, Publication]) -> None:
    assert judge_demo(shown, [alert(shown, REPRINT)]).problems == ()
    twice = judge_demo(shown, [alert(shown, ORIGINAL), alert(shown, REPRINT)]).problems
    assert [problem[:24] for problem in twice] == ["2 alerts for one story: "]


def test_silence_and_false_alarms_are_named(shown: dict[str, Publication]) -> None:
    problems = judge_demo(shown, [alert(shown, ATTACK)]).problems
    assert len(problems) == 2
    assert problems[0].startswith("no alert for belta: 'Belarus, CIS")
    assert problems[1].startswith("an alert that should not be: 'Car bomb")


def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    journal = Journal(file)
    assert journal.news() == []
    row = {"alert": "1:story", "story": 1, "url": "u", "title": "t", "sent_at": NOON.isoformat()}
    line = json.dumps(row)
    file.write_text(line + "\n" + line[:20])
    assert len(journal.news()) == 1
    assert journal.news() == []
    file.write_text(line + "\n" + line + "\n")
    assert [received.sent_at for received in journal.news()] == [NOON]
    assert len(journal.received) == 2


async def test_a_store_that_is_not_there_yet_is_no_progress(tmp_path: Path) -> None:
    progress = CrawlProgress(tmp_path / "wirewatch.db")
    assert await progress.baselines() == set()
    assert await progress.unsettled(["http://127.0.0.1:1/a"]) == {"https://127.0.0.1:1/a"}


def test_the_configuration_it_writes_is_valid_and_names_every_outlet(tmp_path: Path) -> None:
    urls = {outlet.name: f"http://127.0.0.1:{n}" for n, outlet in enumerate(OUTLETS, start=9000)}
    config = load(write_configuration(tmp_path, urls))
    assert [source.name for source in config.source] == [PREFIX + outlet.name for outlet in OUTLETS]
    assert [channel.kind for channel in config.channel] == ["jsonl", "terminal"]
    assert [source.name for source in config.source if source.wrong_offset] == [PREFIX + "belta"]
    assert all(source.feeds or source.sitemaps or source.listings for source in config.source)
