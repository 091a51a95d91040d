"""What staff say of a story is kept once, replaced by a changed mind, and read as labels."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from crawler.storage.alerts import feedback
from crawler.storage.alerts.feedback import Verdict, labelled
from crawler.storage.schema import articles, matches, stories, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

    Say = Callable[..., bool]


@pytest.fixture
def story(database: Database, now: datetime) -> int:
    def work(connection: Connection) -> int:
        made = connection.execute(sa.insert(stories).values(created_at=now).returning(stories.c.id))
        story: int = made.scalar_one()
        article = {
            "story_id": story,
            "relation": "new",
            "source": "belta",
            "title": "Talks",
            "text": "They met.",
            "language": "en",
            **dict.fromkeys(("first_seen", "fetched_at", "stored_at", "published_at"), now),
        }
        for name in ("reprint", "original"):
            row = article | {
                "url": f"https://w.example/{name}",
                "link": f"https://w.example/{name}",
            }
            inserted = sa.insert(articles).values(row).returning(articles.c.id)
            last = connection.execute(inserted).scalar_one()
        match = {"rule": "ct", "version": "1", "score": 9, "threshold": 6, "receipt": {}}
        match |= {"article_id": last, "created_at": now}
        connection.execute(sa.insert(matches).values(match))
        return story

    return database.write_now(work)


@pytest.fixture
def say(database: Database, story: int, now: datetime) -> Say:
    """Answer as somebody, so many seconds after the first."""

    def give(answer: str, *, who: str = "U0ANNA", seconds: float = 0, of: int = story) -> bool:
        verdict = Verdict(
            story_id=of,
            user_id=who,
            user_name=who.lower(),
            answer=answer,
            given_at=now + timedelta(seconds=seconds),
        )
        return database.write_now(lambda c: feedback.give(c, verdict, now))

    return give


async def test_a_changed_mind_replaces_and_what_was_said_before_stays(
    database: Database, say: Say, story: int
) -> None:
    assert say("relevant")
    assert not say("relevant", seconds=1)
    assert say("not relevant", seconds=2)
    assert say("duplicate", seconds=3)
    assert say("relevant", who="U0BORIS", seconds=4)
    told = [
        (one.user_id, one.answer)
        for one in await database.read(lambda connection: feedback.of(connection, story))
    ]
    assert told == [
        ("U0ANNA", "not relevant"),
        ("U0ANNA", "duplicate"),
        ("U0BORIS", "relevant"),
    ]
    history = sa.select(sa.func.count()).select_from(verdicts)
    assert database.read_now(lambda c: c.scalar(history)) == 4


def test_an_older_answer_that_comes_late_changes_nothing(say: Say) -> None:
    assert say("relevant", seconds=5)
    assert not say("not relevant", seconds=1)


def test_there_is_nothing_to_say_of_a_story_that_is_not_there(say: Say) -> None:
    assert not say("relevant", of=12345)


def test_an_envelope_is_taken_once_for_as_long_as_slack_repeats_it(
    database: Database, now: datetime
) -> None:

    def taken(at: datetime) -> bool:
        return database.write_now(lambda c: feedback.first_time(c, "e1", at))

    assert [taken(now), taken(now + timedelta(hours=1))] == [True, False]
    assert taken(now + timedelta(days=3)), "by then it was forgotten"


async def test_a_verdict_waits_until_it_is_shown(database: Database, say: Say, story: int) -> None:
    say("relevant")
    say("wrong date", who="U0BORIS")
    waiting = await database.read(feedback.unshown)
    assert list(waiting) == [story]
    await database.write(lambda connection: feedback.set_shown(connection, waiting[story][:1]))
    assert await database.read(feedback.unshown) == {story: waiting[story][1:]}


@pytest.mark.parametrize(
    ("answers", "label"),
    [
        (["relevant"], "hit"),
        (["relevant", "not relevant", "relevant"], "hit"),
        (["not relevant"], "not"),
        (["relevant", "not relevant"], "unsure"),
        (["duplicate"], "unsure"),
    ],
)
def test_a_judged_story_is_a_labelled_article(
    database: Database, say: Say, story: int, answers: list[str], label: str
) -> None:
    for number, answer in enumerate(answers):
        say(answer, who=f"U{number}", seconds=number)
    item: dict[str, Any]
    (item,) = database.read_now(lambda c: list(labelled(c)))
    assert (item["id"], item["label"]) == (story, label)
    assert (item["title"], item["text"], item["lang"]) == ("Talks", "They met.", "en")
    assert item["url"] == "https://w.example/original", "the article that the rule matched"
    assert item["rules"] == (["ct"] if label == "hit" else [])
    assert item["fired"] == ["ct"]
    assert [one["answer"] for one in item["verdicts"]] == answers
