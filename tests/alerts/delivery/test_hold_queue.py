"""What a channel holds is said once, in one digest, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from alerts.delivery.hold_policy import HoldPolicy
from alerts.delivery.hold_queue import HoldQueue
from crawler.config.config import Config
from crawler.config.routes import Matcher
from crawler.health.notices import amend_notice, enqueue_notice
from crawler.model.alert import Alert
from crawler.storage import schema
from crawler.storage.alerts import follow_ups, holds, mutes, outbox, outbox_report
from crawler.storage.alerts.outbox import STATES
from crawler.storage.schema import stories
from tests.sample_alerts import alert, match

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from crawler.storage.alerts.outbox import Claimed
    from crawler.storage.database import Database

EVENING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)  # a Monday; 22:00 in Berlin


class Desk:
    """One channel, a clock that is set by hand, and a reader who takes what is due."""

    def __init__(self, database: Database, **declared: Any) -> None:
        channel = {"name": "desk", "kind": "terminal", "timezone": "Europe/Berlin", **declared}
        config = self.config = Config(channel=[channel], ops={"channels": ["desk"]})
        self.now = EVENING
        self.database = database
        self._database = database
        self.read: list[Alert] = []
        policy = HoldPolicy.of(config.channels[0], config)
        self._holding = HoldQueue(self._database, "desk", policy, lambda: self.now)

    def put(
        self,
        count: int = 1,
        *,
        rule: str = "ct",
        severity: str = "high",
        topic: str = "terror",
        story: int = 0,
        kind: str = "story",
    ) -> list[int]:
        """New stories' alerts, or another of a story; returns the stories."""

        def work(connection: Connection) -> list[int]:
            made = []
            for number in range(count):
                insert = sa.insert(stories).values(created_at=self.now)
                new = insert.returning(stories.c.id)
                story_id = story or connection.execute(new).scalar_one()
                one = replace(match(), rule=rule, severity=severity, topics=(topic,))
                said = replace(
                    alert(f"{rule} {number}", story_id=story_id), kind=kind, matches=(one,)
                )
                outbox.enqueue(
                    connection,
                    story_id=story_id,
                    channel="desk",
                    kind=kind,
                    payload=said.to_json(),
                    now=self.now,
                )
                made.append(story_id)
            return made

        return self.database.write_now(work)

    def take(self, connection: Connection) -> list[Claimed]:
        """The next row that is not kept back, as a worker takes it."""
        return outbox.claim(
            connection,
            owner="me",
            now=self.now,
            lease=timedelta(minutes=1),
            limit=1,
            channels=("desk",),
            passed=self._holding.decide(connection, self.now),
        )

    async def look(self, *, after: timedelta = timedelta(0)) -> list[Alert]:
        """What the channel says by then, one message a second."""
        self.now += after
        said: list[Alert] = []
        while True:
            claimed = await self._database.write(self.take)
            if not claimed:
                self.read += said
                return said
            said.append(Alert.from_json(claimed[0].payload))
            await self._database.write(
                partial(outbox.set_sent, row_id=claimed[0].id, reference="ref", now=self.now)
            )
            self.now += timedelta(seconds=1)

    async def states(self) -> dict[str, int]:
        standing = (await self._database.read(outbox_report.by_state)).get("desk", {})
        return {state: standing[state] for state in STATES if standing.get(state)}


def titles(said: list[Alert]) -> list[str]:
    return [one.title for one in said]


HOUR = timedelta(hours=1)


async def test_without_anything_declared_nothing_is_held(database: Database) -> None:
    desk = Desk(database)
    desk.put(3)
    assert len(await desk.look()) == 3


async def test_quiet_hours_hold_and_then_say_it_as_one_digest(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00")
    desk.put(3)
    assert await desk.look() == []
    desk.put(2, topic="energy")
    assert await desk.look(after=8 * HOUR) == []
    assert await desk.states() == {"held": 5}
    (row, *_) = await desk.database.read(
        lambda connection: outbox_report.listed(connection, states=("held",))
    )
    assert row.held_for == "quiet hours"
    (said,) = await desk.look(after=HOUR)
    assert said.title == "While it was quiet: 5 stories"
    assert [(one.topic, one.count) for one in said.topics] == [("terror", 3), ("energy", 2)]
    assert len(said.stories) == 5
    assert "Held from 23 November, 22:00 to 24 November, 07:00 (Europe/Berlin)" in said.lead
    assert await desk.states() == {"digested": 5, "sent": 1}
    assert await desk.look(after=HOUR) == []
    desk.put()
    assert titles(await desk.look()) == ["ct 0"]


async def test_what_waited_from_before_is_held_in_quiet_hours_too(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00")
    desk.now = EVENING - HOUR
    desk.put()
    assert await desk.look(after=2 * HOUR) == []


async def test_the_notice_of_a_gap_keeps_quiet_hours_and_others_do_not(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00")
    for key in ("gap-1", "condition-1"):
        await database.write(
            partial(enqueue_notice, config=desk.config, key=key, title=key, text="", now=desk.now)
        )
    assert titles(await desk.look()) == ["condition-1"]
    assert titles(await desk.look(after=9 * HOUR)) == ["gap-1"]


async def test_what_is_urgent_is_not_held(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00", urgent=["critical"])
    desk.put(severity="high")
    desk.put(severity="critical", rule="bomb")
    assert titles(await desk.look()) == ["bomb 0"]
    assert await desk.states() == {"held": 1, "sent": 1}


async def test_a_channel_of_digests_says_everything_in_them(database: Database) -> None:
    desk = Desk(database, digest="0 8,20 * * *")
    desk.put(12)
    assert await desk.look(after=9 * HOUR + timedelta(minutes=59)) == []
    assert titles(await desk.look(after=timedelta(minutes=1))) == ["Digest: 12 stories"]
    desk.put()
    assert await desk.look(after=timedelta(minutes=30)) == []
    assert titles(await desk.look(after=12 * HOUR)) == ["Digest: 1 story"]
    assert await desk.look(after=24 * HOUR) == []


async def test_a_digest_that_came_due_while_nobody_ran_is_said_afterwards(
    database: Database,
) -> None:
    desk = Desk(database, digest="0 8 * * *")
    desk.put(2)
    assert await desk.look() == []
    later = Desk(database, digest="0 8 * * *")
    later.now = EVENING + 20 * HOUR
    assert titles(await later.look()) == ["Digest: 2 stories"]
    assert await later.look(after=HOUR) == []


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
async def test_a_clock_change_neither_loses_nor_doubles_a_digest(
    database: Database, day: str
) -> None:
    desk = Desk(database, digest="30 2 * * *")  # left out in March, twice in October
    desk.now = datetime.fromisoformat(f"{day}T12:00+00:00")
    made, said = 0, []
    for _ in range(72 * 4):
        desk.put()
        made += 1
        said += await desk.look(after=timedelta(minutes=15))
    assert len(said) == 3
    counted = sum(tally.count for one in said for tally in one.topics)
    assert counted + (await desk.states())["held"] == made


async def test_a_storm_becomes_one_digest(database: Database) -> None:
    desk = Desk(database, budget="5 in 10m")
    desk.put(30)
    assert len(await desk.look()) == 5
    assert await desk.states() == {"held": 25, "sent": 5}
    desk.put(10)
    assert await desk.look(after=timedelta(minutes=5)) == []
    (digest, *_) = await desk.look(after=timedelta(minutes=6))
    assert digest.title == "Too much to say one by one: 35 stories"
    assert digest.kind in digest.lead
    rows = await desk.database.read(
        lambda connection: outbox_report.listed(connection, said_in=digest.kind)
    )
    assert len(rows) == 35
    assert await desk.states() == {"digested": 35, "sent": 6}


async def test_the_budget_holds_in_any_window(database: Database) -> None:
    desk = Desk(database, budget="5 in 10m")
    sent: list[datetime] = []
    for _ in range(120):
        desk.put(2)
        before = desk.now
        count = len(await desk.look(after=timedelta(seconds=30)))
        sent += [before] * count
    for at in sent:
        in_its_window = sum(at <= one < at + timedelta(minutes=9) for one in sent)
        assert in_its_window <= 5 + 1  # and the digest of the rest
    await desk.look(after=HOUR)
    counted = sum(tally.count for one in desk.read for tally in one.topics)
    assert counted + sum(not one.is_digest for one in desk.read) == 240


async def test_the_budget_is_shared_fairly_between_rules(database: Database) -> None:
    desk = Desk(database, budget="6 in 10m")
    desk.put(30, rule="loud")
    desk.put(2, rule="quiet")
    desk.put(1, rule="rare")
    said = Counter(one.matches[0].rule for one in await desk.look())
    assert said == {"loud": 3, "quiet": 2, "rare": 1}


async def test_a_story_keeps_its_rule_and_score_in_a_digest_whatever_follows_it(
    database: Database,
) -> None:
    desk = Desk(database, digest="0 8 * * *")
    (story,) = desk.put(rule="ct")

    def follow(connection: Connection) -> None:
        for first, told in follow_ups.told(connection, story, ["desk"]):
            said = replace(told, kind="reply-9", source_name="portal", matches=(), entities=())
            follow_ups.reply(connection, first, said, now=desk.now)

    database.write_now(follow)
    assert await desk.look() == []
    (said,) = await desk.look(after=12 * HOUR)
    (headline,) = said.stories
    assert (headline.rule, headline.score) == ("ct", 11)
    assert "By rule: ct 1" in said.lead


async def test_a_digest_names_stories_of_every_rule(database: Database) -> None:
    desk = Desk(database, digest="0 8 * * *")
    desk.put(30, rule="loud")
    desk.put(2, rule="soft")
    (digest,) = (*await desk.look(), *await desk.look(after=24 * HOUR))
    assert Counter(one.rule for one in digest.stories) == {"loud": 8, "soft": 2}
    assert "By rule: loud 30, soft 2." in digest.lead


async def test_a_storm_in_the_evening_waits_for_the_morning(database: Database) -> None:
    desk = Desk(database, budget="1 in 10m", quiet="22:30-07:00")
    desk.put(3)
    assert len(await desk.look(after=timedelta(minutes=25))) == 1
    assert await desk.look(after=HOUR) == []
    desk.put(2)
    assert await desk.look(after=HOUR) == []
    assert titles(await desk.look(after=8 * HOUR)) == ["Held: 4 stories"]


async def test_what_was_tried_already_is_not_held(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00")
    desk.put()
    (row,) = await desk.database.write(
        lambda connection: outbox.claim(
            connection,
            owner="me",
            now=desk.now,
            lease=timedelta(minutes=1),
            limit=1,
            channels=("desk",),
        )
    )
    await desk.database.write(
        lambda connection: outbox.try_again(
            connection, row.id, error="busy", not_before=desk.now, unknown=True
        )
    )
    assert len(await desk.look()) == 1


async def test_notices_are_never_held(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00", digest="0 8 * * *")
    desk.put(kind="ops-broken")
    assert len(await desk.look()) == 1


async def test_nor_is_what_follows_them(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00", budget="1 in 10m")
    config = Config(channel=[{"name": "desk", "kind": "terminal"}], ops={"channels": ["desk"]})
    told: dict[str, Any] = {"key": "broken", "title": "It is broken", "text": "So it is."}
    database.write_now(lambda c: enqueue_notice(c, config, now=desk.now, **told))
    assert len(await desk.look()) == 1
    told["reply"] = "Mended."
    database.write_now(lambda c: amend_notice(c, config, now=desk.now, **told))
    kinds = [one.kind for one in await desk.look()]
    assert kinds == ["update-1-ops-broken", "reply-1-ops-broken"]


async def test_what_follows_on_a_held_alert_is_said_with_it(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00")
    (story,) = desk.put()
    assert await desk.look() == []
    desk.put(story=story, kind="update-2")
    assert await desk.look() == []
    (digest,) = await desk.look(after=10 * HOUR)
    assert digest.title == "While it was quiet: 1 story"
    assert await desk.states() == {"digested": 2, "sent": 1}
    desk.put(story=story, kind="update-3")
    assert await desk.look() == []
    assert await desk.states() == {"digested": 3, "sent": 1}
    rows = await desk.database.read(lambda connection: outbox_report.of_story(connection, story))
    assert {row.said_in for row in rows} == {digest.kind}


async def test_what_follows_on_a_sent_alert_is_sent_itself_after_quiet_hours(
    database: Database,
) -> None:
    desk = Desk(database, quiet="22:00-07:00", digest="", budget="")
    desk.now = EVENING - HOUR
    (story,) = desk.put()
    assert len(await desk.look()) == 1
    desk.put(story=story, kind="update-2")
    assert await desk.look(after=2 * HOUR) == []
    (said,) = await desk.look(after=10 * HOUR)
    assert said.kind == "update-2"


async def test_a_configuration_that_holds_no_more_says_what_was_held(database: Database) -> None:
    held = Desk(database, digest="0 8 * * *")
    held.put(2)
    assert await held.look() == []
    assert titles(await Desk(database).look()) == ["Digest: 2 stories"]


async def test_two_that_settle_at_once_say_it_once(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00")
    desk.put(5)
    assert await desk.look() == []
    others = [Desk(database, quiet="22:00-07:00") for _ in range(4)]
    for other in others:
        other.now = EVENING + 10 * HOUR
    await asyncio.gather(*(other._holding.settle() for other in others))
    assert await desk.states() == {"pending": 1, "digested": 5}


async def test_a_death_between_digest_and_marks_leaves_everything_held(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(database, quiet="22:00-07:00")
    desk.put(5)
    assert await desk.look() == []

    def die(*_: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(holds, "digested", die)
    with pytest.raises(RuntimeError):
        await desk.look(after=10 * HOUR)
    assert await desk.states() == {"held": 5}
    monkeypatch.undo()
    assert titles(await desk.look()) == ["While it was quiet: 5 stories"]


# -- mutes -------------------------------------------------------------------------------------


async def mute(desk: Desk, matcher: Matcher, *, hours: int = 24) -> int:
    return await desk.database.write(
        lambda connection: mutes.begin(
            connection,
            matcher,
            reason="noise",
            author="me",
            now=desk.now,
            until=desk.now + hours * HOUR,
        )
    )


async def test_a_muted_alert_is_kept_counted_and_not_sent(database: Database) -> None:
    desk = Desk(database)
    number = await mute(desk, Matcher(rule=["loud"]))
    desk.put(2, rule="loud")
    desk.put(1, rule="rare")
    assert titles(await desk.look()) == ["rare 0"]
    assert await desk.states() == {"muted": 2, "sent": 1}
    (first, *_) = await desk.database.read(
        lambda connection: outbox_report.listed(connection, states=("muted",))
    )
    desk.put(story=first.story_id or 0, kind="update-2")
    assert await desk.look() == []
    assert await desk.states() == {"muted": 3, "sent": 1}
    (one,) = await database.read(mutes.listed)
    assert (one.id, one.muted, one.reason, one.matcher) == (
        number,
        3,
        "noise",
        Matcher(rule=["loud"]),
    )
    rows = await desk.database.read(
        lambda connection: outbox_report.listed(connection, states=("muted",))
    )
    assert {row.held_for for row in rows} == {f"mute {number}"}


async def test_a_mute_ends_by_itself_and_by_hand(database: Database) -> None:
    desk = Desk(database)
    number = await mute(desk, Matcher(topic=["terror"]), hours=1)
    assert await desk.look(after=2 * HOUR) == []
    desk.put()
    assert len(await desk.look()) == 1
    assert not await database.write(lambda connection: mutes.end(connection, number, desk.now))
    number = await mute(desk, Matcher(topic=["terror"]))
    assert await database.write(lambda connection: mutes.end(connection, number, desk.now))
    desk.put()
    assert len(await desk.look()) == 1


async def test_a_mute_counts_for_what_is_held_and_urgent_too(database: Database) -> None:
    desk = Desk(database, quiet="22:00-07:00", urgent=["critical"])
    desk.put(2, rule="loud")
    desk.put(1, rule="rare")
    assert await desk.look() == []
    await mute(desk, Matcher(rule=["loud"]))
    desk.put(1, rule="loud", severity="critical")
    assert await desk.look() == []
    assert titles(await desk.look(after=10 * HOUR)) == ["While it was quiet: 1 story"]
    assert await desk.states() == {"muted": 3, "digested": 1, "sent": 1}


@pytest.mark.parametrize(("muted", "read"), [(["loud"], ["both"]), (["loud", "rare"], [])])
async def test_a_story_of_two_rules_is_muted_once_both_are(
    database: Database, muted: list[str], read: list[str]
) -> None:
    desk = Desk(database)
    (story,) = desk.put()
    matches = tuple(replace(match(), rule=rule) for rule in ("loud", "rare"))
    both = replace(alert("both", story_id=story), matches=matches).to_json()
    change = sa.update(schema.outbox).values(payload=both)
    await database.write(lambda connection: connection.execute(change))
    for rule in muted:
        await mute(desk, Matcher(rule=[rule]))
    assert titles(await desk.look()) == read
