"""What a source flooded us with is held until somebody decides: then it is said, or it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from alerts.cli.commands import app
from alerts.delivery import flood_review
from alerts.delivery.hold_policy import HoldPolicy
from alerts.delivery.hold_queue import HoldQueue
from crawler.config.config import Config
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.model.story_status import EventKind, StoryEvent
from crawler.storage.alerts import follow_ups, outbox, outbox_report
from crawler.storage.alerts.holds import FLOOD
from crawler.storage.schema import stories
from tests.alerts.delivering import Recorder, deliver
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from crawler.model.alert import Alert
    from crawler.storage.database import Database

CHANNELS = [{"name": "desk", "kind": "terminal"}, {"name": "other", "kind": "terminal"}]


class Flood:
    """A store in which sources have flooded two channels."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._database = database
        self.config = Config(channel=CHANNELS)
        self.got: list[int] = []

    def put(self, count: int, *, source: str = "wire", held_for: str = FLOOD) -> list[int]:
        def work(connection: Connection) -> list[int]:
            made = []
            for number in range(count):
                now = utc_now()
                insert = sa.insert(stories).values(created_at=now)
                story = connection.execute(insert.returning(stories.c.id)).scalar_one()
                told = replace(alert(f"{source} {number}", story_id=story), source_name=source)
                for channel in CHANNELS:
                    outbox.enqueue(
                        connection,
                        story_id=story,
                        channel=channel["name"],
                        kind="story",
                        payload=told.to_json(),
                        now=now,
                        held_for=held_for,
                    )
                made.append(story)
            return made

        return self.database.write_now(work)

    def follow(self, story: int, number: int = 9) -> None:
        def work(connection: Connection) -> None:
            for first, told in follow_ups.told(connection, story, ["desk"]):
                turn = StoryEvent(what=EventKind.REPRINT)
                said = replace(told, kind=f"reply-{number}", source_name="portal", turn=turn)
                follow_ups.reply(connection, first, said, now=utc_now())

        self.database.write_now(work)

    async def told(self, channel: str = "desk") -> list[str]:
        """What the channel is told now, by title."""
        recorder = Titles(channel)
        await deliver(self._database, recorder, within=1)
        return recorder.titles

    async def states(self, channel: str = "desk") -> dict[str, int]:
        standing: dict[str, Any] = {}
        for row in await self._database.read(
            lambda connection: outbox_report.listed(connection, limit=None)
        ):
            if row.channel == channel:
                standing[row.state] = standing.get(row.state, 0) + 1
        return standing


class Titles(Recorder):
    """Remembers what it was sent by its title."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.titles: list[str] = []

    async def send(self, alert: Alert) -> str:
        self.titles.append(alert.title)
        return await super().send(alert)


@pytest.fixture
def flood(database: Database) -> Flood:
    return Flood(database)


async def test_nothing_releases_a_flood_but_a_decision(flood: Flood) -> None:
    flood.put(3)
    for policy in (HoldPolicy(), HoldPolicy(digest="* * * * *"), HoldPolicy(quiet=())):
        await HoldQueue(flood.database, "desk", policy, utc_now).settle()
    assert await flood.told() == []
    assert await flood.states() == {"held": 3}


async def test_what_is_held_is_listed_by_source(flood: Flood) -> None:
    flood.put(2)
    flood.put(7, source="other")
    flood.put(1, source="calm", held_for="")
    one, two = await flood_review.held(flood.database)
    assert (one.source, one.headlines) == ("wire", ("wire 0", "wire 1"))
    assert (two.source, len(two.headlines)) == ("other", 7)


async def test_a_few_are_released_one_by_one_with_what_follows_them(flood: Flood) -> None:
    story, _ = flood.put(2)
    flood.put(1, source="other")
    flood.follow(story)
    assert await flood.told() == []
    decided = await flood_review.release(flood.database, flood.config, "wire", now=utc_now())
    assert [(one.channel, one.stories, one.digest) for one in decided] == [
        ("desk", 2, False),
        ("other", 2, False),
    ]
    assert sorted(await flood.told()) == ["wire 0", "wire 0", "wire 1"]
    assert await flood.states() == {"held": 1, "sent": 3}
    assert await flood.told("other") == ["wire 0", "wire 1"]


async def test_many_are_released_as_one_digest_a_channel(flood: Flood) -> None:
    story, *_ = flood.put(6)
    flood.follow(story)
    (desk, _) = await flood_review.release(flood.database, flood.config, "", now=utc_now())
    assert (desk.stories, desk.digest) == (6, True)
    assert await flood.told() == ["Released after review: 6 stories"]
    assert await flood.states() == {"digested": 7, "sent": 1}
    assert await flood_review.release(flood.database, flood.config, "", now=utc_now()) == []
    flood.follow(story, number=10)
    assert await flood.told() == []
    assert await flood.states() == {"digested": 8, "sent": 1}


async def test_what_is_discarded_is_kept_and_can_be_sent_after_all(flood: Flood) -> None:
    story, _ = flood.put(2)
    flood.follow(story)
    (desk, _) = await flood_review.discard(flood.database, "wire", now=utc_now())
    assert desk.stories == 2
    assert await flood.told() == []
    assert await flood.states() == {"muted": 3}
    rows = [
        row
        for row in await flood.database.read(
            lambda connection: outbox_report.of_story(connection, story)
        )
        if row.channel == "desk"
    ]
    assert {row.held_for for row in rows} == {FLOOD}
    await flood.database.write(
        lambda connection: outbox.revive(connection, utc_now(), [rows[0].id])
    )
    assert await flood.told() == ["wire 0"]


def test_the_commands_list_release_and_discard(
    flood: Flood, tmp_path: Path, store_url: str
) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "{store_url}"\n', encoding="utf-8")

    def say(*words: str, status: int = 0) -> str:
        cli = CliRunner(env={"COLUMNS": "160"})
        said = cli.invoke(app, [*words, "--config", str(file)], catch_exceptions=False)
        assert said.exit_code == status
        return said.output

    flood.put(7)
    flood.put(1, source="other")
    shown = say("held")
    for words in ("wire   7", "wire 0", "and 2 more", "other"):
        assert words in shown
    assert '"source": "wire"' in say("held", "--json")
    assert "desk: 7 stories will be sent, as one digest." in say("release", "wire")
    assert "desk: 1 story will not be sent" in say("discard", "--all")
    assert say("held") == "Nothing is held for review.\n"
    assert "tass: nothing is held for review" in say("release", "tass", status=1)
    with pytest.raises(Unusable, match="no source is called 'tas'; did you mean 'tass'"):
        say("discard", "tas")
    with pytest.raises(Unusable, match="one source, or --all"):
        say("release")
