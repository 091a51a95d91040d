"""A story has one message in a channel: it is edited, and its thread is told each thing once."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.channels.jsonl import JsonLines
from alerts.channels.terminal import Terminal
from alerts.message.compose import compose
from crawler.model.alert import Alert
from crawler.model.clock import utc_now
from crawler.model.story_status import EventKind, Outlet, StoryEvent, StoryStatus
from crawler.storage.alerts import follow_ups, outbox, outbox_report
from tests.alerts.delivering import deliver, delivery, slack_channel
from tests.doubles.slack.mock_slack import Fault, Kind, MockSlack
from tests.sample_alerts import HOSTILE, alert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

    Put = Callable[..., list[int]]
    Happen = Callable[..., None]

REPRINT = StoryEvent(what=EventKind.REPRINT, independent=True)
REVISION = StoryEvent(
    what=EventKind.REVISION,
    earlier_title="Two were held <!channel>",
    added=("Police said 15 people were held.",),
    removed=("Police said 12 people were held.",),
    figures_added=("15",),
    figures_removed=("12",),
)


@pytest.fixture
def happen(database: Database) -> Happen:
    """Let something happen to a story that is told of in a channel."""

    def turn(story: int, number: int, one: StoryEvent = REPRINT, *, channel: str = "desk") -> None:
        def work(connection: Connection) -> None:
            for first in follow_ups.first_messages(connection, story, [channel]):
                told = Alert.from_json(first["payload"])
                more = Outlet(site=f"o{number}.example", name=f"Outlet {number}", independent=True)
                outlets = (*told.standing.outlets, more)
                now = replace(told, standing=StoryStatus(outlets=outlets))
                follow_ups.restate(connection, first, now.to_json(), now=utc_now())
                kind = f"reply-{number}"
                reply = replace(alert("Elsewhere"), story_id=story, kind=kind, turn=one)
                outbox.enqueue(
                    connection,
                    story_id=story,
                    channel=channel,
                    kind=kind,
                    payload=reply.to_json(),
                    now=utc_now(),
                    parent_id=first["id"],
                )

        database.write_now(work)

    return turn


def shown(message: dict[str, object]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


async def test_the_message_is_edited_and_the_thread_told(
    database: Database, put: Put, happen: Happen, slack: MockSlack
) -> None:
    (story,) = put()
    await deliver(database, slack_channel(slack))
    for number in (1, 2):
        happen(story, number)
    assert (await deliver(database, slack_channel(slack)))["dead"] == 0
    parent, *thread = slack.messages
    assert "Also carried by 2 outlets, 2 independent: Outlet 1, Outlet 2" in shown(parent)
    assert parent["metadata"]["event_payload"]["alert"] == f"{story}:story"
    assert [one["thread_ts"] for one in thread] == [parent["ts"]] * 2
    assert slack.alerts() == [f"{story}:story", f"{story}:reply-1", f"{story}:reply-2"]
    assert [method for _, method in slack.asked].count("chat.update") == 1


async def test_a_turn_for_everybody_is_shown_in_the_channel_and_kept_in_the_thread(
    database: Database, put: Put, happen: Happen, slack: MockSlack
) -> None:
    (story,) = put()
    await deliver(database, slack_channel(slack))
    happen(story, 1)
    happen(story, 2, replace(REVISION, again="a correction"))
    await deliver(database, slack_channel(slack))
    parent, quiet, loud = slack.messages
    assert [one.get("reply_broadcast") for one in (parent, quiet, loud)] == [None, None, True]
    assert loud["thread_ts"] == parent["ts"]
    assert "Revised by BelTA: a correction" in shown(loud)


async def test_a_difference_is_shown_and_harmless(
    database: Database, put: Put, happen: Happen, slack: MockSlack
) -> None:
    (story,) = put()
    await deliver(database, slack_channel(slack))
    happen(story, 1, REVISION)
    await deliver(database, slack_channel(slack))
    reply = shown(slack.messages[1])
    for said in ("*Removed:* Police said 12", "*Added:* Police said 15", "*Numbers:* 12 → 15"):
        assert said in reply
    assert "<!channel>" not in reply + slack.messages[1]["text"]


async def test_a_withdrawal_is_told_in_the_thread(
    database: Database, put: Put, happen: Happen, slack: MockSlack
) -> None:
    (story,) = put()
    await deliver(database, slack_channel(slack))
    happen(story, 1, StoryEvent(what=EventKind.WITHDRAWAL, said="the page answers 410"))
    await deliver(database, slack_channel(slack))
    parent, reply = slack.messages
    assert reply["thread_ts"] == parent["ts"]
    assert "Withdrawn by BelTA: the page answers 410" in shown(reply)
    assert "another order" not in shown(reply)


def test_a_message_says_that_its_page_is_gone() -> None:
    told = replace(alert(), standing=StoryStatus(withdrawn="the page answers 410", revised=1))
    lines = [line.text for line in compose(told, timezone="UTC").lines]
    assert lines[-2:] == ["Withdrawn: the page answers 410", "Revised once: see the thread"]


@pytest.mark.parametrize(
    "fault", [Kind.BROKEN, Kind.BROKEN_AFTER, Kind.CUT, Kind.CUT_AFTER, Kind.HANG_AFTER], ids=str
)
async def test_whatever_goes_wrong_each_reply_comes_once(
    database: Database, put: Put, happen: Happen, slack: MockSlack, fault: Kind
) -> None:
    (story,) = put()
    await deliver(database, slack_channel(slack))
    happen(story, 1)
    happen(story, 2)
    slack.fail(Fault(kind=fault, seconds=1.5))
    slack.fail(Fault(kind=fault, seconds=1.5), method="chat.update")
    assert (await deliver(database, slack_channel(slack)))["waiting"] == 0
    assert slack.alerts() == [f"{story}:story", f"{story}:reply-1", f"{story}:reply-2"]
    assert "2 outlets" in shown(slack.messages[0])


async def test_a_crash_between_replying_and_recording_does_not_repeat_the_reply(
    database: Database, put: Put, happen: Happen, slack: MockSlack
) -> None:
    (story,) = put()
    await deliver(database, slack_channel(slack))
    happen(story, 1)
    claimed = await database.write(
        lambda connection: outbox.claim(
            connection,
            owner="killed",
            now=utc_now(),
            lease=timedelta(minutes=1),
            limit=9,
            channels=["desk"],
        )
    )
    for row in claimed:
        await slack_channel(slack).send(Alert.from_json(row.payload))
    await deliver(database, slack_channel(slack))
    assert slack.alerts() == [f"{story}:story", f"{story}:reply-1"]


async def test_a_message_that_was_deleted_in_slack_holds_up_no_other(
    database: Database, put: Put, happen: Happen, slack: MockSlack
) -> None:
    (story,) = put()
    await deliver(database, slack_channel(slack))
    slack.messages.clear()
    happen(story, 1)
    (other,) = put()
    counts = await deliver(database, slack_channel(slack))
    assert (counts["dead"], counts["waiting"]) == (2, 0)
    assert slack.alerts() == [f"{other}:story"]
    assert all(
        "no longer there" in row.error
        for row in await database.read(
            lambda connection: outbox_report.listed(connection, states=("dead",))
        )
    )


async def test_a_name_that_cannot_be_looked_up_costs_the_edit_only(
    database: Database, put: Put, happen: Happen
) -> None:
    async with MockSlack(scopes=frozenset({"chat:write"})) as slack:
        (story,) = put()
        await deliver(database, slack_channel(slack, target="#alerts"))
        happen(story, 1)
        counts = await deliver(database, slack_channel(slack, target="#alerts"))
        assert (counts["sent"], counts["dead"], counts["waiting"]) == (1, 1, 0)
        assert slack.alerts() == [f"{story}:story", f"{story}:reply-1"]


async def test_a_file_gets_a_line_for_each_thing(
    database: Database, put: Put, happen: Happen, tmp_path: Path
) -> None:
    file = tmp_path / "alerts.jsonl"
    (story,) = put(channels=("file",))
    one = delivery(database, JsonLines(name="file", path=file, clock=utc_now))
    await one.drain(5)
    happen(story, 1, channel="file")
    await one.drain(5)
    await one.stop()
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["kind"] for line in lines] == ["story", "update-1", "reply-1"]
    assert [line.get("follows") for line in lines] == [None, f"{story}:story", f"{story}:story"]
    assert lines[1]["standing"]["outlets"][0]["name"] == "Outlet 1"
    assert lines[2]["turn"]["what"] == "reprint"


async def test_a_terminal_shows_one_line() -> None:
    stream = io.StringIO()
    terminal = Terminal(name="desk", timezone="UTC", stream=stream)
    await terminal.send(replace(alert(), kind="update-1", parent="shown"))
    assert stream.getvalue() == ""
    await terminal.send(replace(alert(HOSTILE), kind="reply-1", parent="shown", turn=REPRINT))
    assert stream.getvalue().startswith("↳ Also carried by BelTA, independent: <!channel>")
    assert "╭" not in stream.getvalue()


def test_what_became_of_a_story_survives_the_store() -> None:
    standing = StoryStatus(
        outlets=(Outlet(site="a.example", name="A", independent=True),),
        revised=2,
        related=1,
        withdrawn="the page answers 410",
    )
    for turn in (REVISION, StoryEvent(what=EventKind.WITHDRAWAL, said="the page answers 410")):
        told = replace(alert(), standing=standing, turn=turn)
        assert Alert.from_json(json.loads(json.dumps(told.to_json()))) == told
