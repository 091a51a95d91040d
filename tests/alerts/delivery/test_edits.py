"""A notice can be amended: its message is edited, and its thread is told each thing once."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from alerts.channels.jsonl import JsonLines
from alerts.channels.terminal import Terminal
from crawler.config.config import Config
from crawler.health.notices import amend_notice, enqueue_notice
from crawler.model.alert import Alert
from crawler.model.clock import utc_now
from crawler.storage.alerts import outbox
from crawler.storage.maintenance.pruning import RetentionCutoffs, prune_store, prune_targets
from crawler.storage.schema import outbox as table
from tests.alerts.delivering import deliver, slack_channel
from tests.alerts.delivery.test_kill import begin
from tests.doubles.slack.mock_slack import Fault, Kind, MockSlack
from tests.doubles.smtp_server import Mailbox, apprise
from tests.doubles.webhook_receiver import Receiver, webhook

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.storage.database import Database

KEY = "condition-7"
ALL_ONCE = ["0:ops-condition-7", "0:reply-1-ops-condition-7", "0:reply-2-ops-condition-7"]


class Ops:
    """The operators of one channel, and what they are told of one condition."""

    def __init__(self, database: Database) -> None:
        self.config = Config(
            channel=[{"name": "desk", "kind": "terminal"}], ops={"channels": ["desk"]}
        )
        self.database = database
        self._database = database

    def raised(self) -> None:
        self.database.write_now(
            lambda c: enqueue_notice(
                c,
                self.config,
                key=KEY,
                title="Kazinform cannot be reached",
                text="HTTP 503, 3 times.\nTo do: wirewatch sources probe kazinform",
                now=utc_now(),
            )
        )

    def amended(self, text: str, reply: str = "", title: str = "Kazinform is away") -> bool:
        return self.database.write_now(
            lambda c: amend_notice(
                c,
                self.config,
                key=KEY,
                title=title,
                text=text,
                now=utc_now(),
                reply=reply,
            )
        )


@pytest.fixture
def ops(database: Database) -> Ops:
    return Ops(database)


def shown(message: dict[str, object]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


async def test_a_notice_is_raised_edited_and_its_thread_told(ops: Ops, slack: MockSlack) -> None:
    ops.raised()
    await deliver(ops.database, slack_channel(slack))
    (message,) = slack.messages
    assert r"3 times.\nTo do: wirewatch" in shown(message)  # its lines are kept
    ops.amended("HTTP 503, 9 times.", "Still so.")
    ops.amended("It took 3 h.", "Over after 3 h.", title="Over: Kazinform")
    assert (await deliver(ops.database, slack_channel(slack)))["dead"] == 0
    parent, *thread = slack.messages
    assert "Over: Kazinform" in shown(parent)
    assert "It took 3 h." in shown(parent)
    assert "actions" not in shown(parent)
    assert parent["metadata"]["event_payload"]["alert"] == "0:ops-condition-7"
    assert [one["thread_ts"] for one in thread] == [parent["ts"]] * 2
    assert ["Still so." in shown(thread[0]), "Over after 3 h." in shown(thread[1])] == [True, True]
    assert slack.alerts() == ALL_ONCE
    assert [method for _, method in slack.asked].count("chat.update") == 1


async def test_what_is_not_out_yet_simply_says_the_new_words(ops: Ops, slack: MockSlack) -> None:
    ops.raised()
    assert ops.amended("Nine times.")
    await deliver(ops.database, slack_channel(slack))
    (message,) = slack.messages
    assert "Nine times." in shown(message)
    assert "chat.update" not in {method for _, method in slack.asked}


def test_what_was_told_to_nobody_cannot_be_amended(ops: Ops) -> None:
    assert not ops.amended("Nine times.", "Still so.")


@pytest.mark.parametrize(
    "fault", [Kind.BROKEN, Kind.BROKEN_AFTER, Kind.CUT, Kind.CUT_AFTER, Kind.HANG_AFTER], ids=str
)
async def test_whatever_goes_wrong_each_is_told_once(
    ops: Ops, slack: MockSlack, fault: Kind
) -> None:
    ops.raised()
    slack.fail(Fault(kind=fault, seconds=1.5))
    await deliver(ops.database, slack_channel(slack))
    ops.amended("Nine times.", "Still so.")
    ops.amended("It took 3 h.", "Over.")
    slack.fail(Fault(kind=fault, seconds=1.5))
    slack.fail(Fault(kind=fault, seconds=1.5), method="chat.update")
    assert (await deliver(ops.database, slack_channel(slack)))["waiting"] == 0
    assert slack.alerts() == ALL_ONCE
    assert "It took 3 h." in shown(slack.messages[0])


async def test_a_crash_between_replying_and_recording_does_not_repeat_the_reply(
    ops: Ops, slack: MockSlack
) -> None:
    ops.raised()
    await deliver(ops.database, slack_channel(slack))
    ops.amended("Nine times.", "Still so.")
    claimed = await ops.database.write(
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
    await deliver(ops.database, slack_channel(slack))
    assert slack.alerts() == ALL_ONCE[:2]


async def test_a_terminal_shows_the_lines_and_then_one(ops: Ops) -> None:
    stream = io.StringIO()
    ops.raised()
    await deliver(ops.database, Terminal(name="desk", timezone="UTC", stream=stream))
    first = stream.getvalue()
    assert "│ HTTP 503, 3 times." in first
    assert "│ To do: wirewatch sources probe kazinform" in first
    ops.amended("It took 3 h.", "Over after 3 h.")
    await deliver(ops.database, Terminal(name="desk", timezone="UTC", stream=stream))
    assert stream.getvalue().removeprefix(first) == "↳ Kazinform is away: Over after 3 h.\n"


async def test_a_file_gets_a_line_for_each_thing(ops: Ops, tmp_path: Path) -> None:
    file = tmp_path / "ops.jsonl"
    ops.raised()
    await deliver(ops.database, JsonLines(name="desk", path=file, clock=utc_now))
    ops.amended("It took 3 h.", "Over after 3 h.")
    await deliver(ops.database, JsonLines(name="desk", path=file, clock=utc_now))
    first, update, reply = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    assert first["text"].splitlines()[0] == "HTTP 503, 3 times."
    assert [one.get("follows") for one in (first, update, reply)] == [None, *["0:ops-" + KEY] * 2]
    assert (update["text"], reply["text"]) == ("It took 3 h.", "Over after 3 h.")


async def test_a_webhook_is_posted_the_notice_and_the_reply(ops: Ops) -> None:
    async with Receiver() as receiver:
        ops.raised()
        await deliver(ops.database, webhook(receiver.url))
        ops.amended("It took 3 h.", "Over after 3 h.")
        await deliver(ops.database, webhook(receiver.url))
        first, reply = (one["data"] for one in receiver.taken.values())
    assert first["text"].endswith("3 times.\nTo do: wirewatch sources probe kazinform")
    assert (reply["follows"], reply["lead"]) == ("0:ops-" + KEY, "Over after 3 h.")


async def test_a_letter_says_what_it_answers(ops: Ops) -> None:
    with Mailbox() as mailbox:
        ops.raised()
        await deliver(ops.database, apprise(mailbox.url))
        ops.amended("It took 3 h.", "Over after 3 h.")
        await deliver(ops.database, apprise(mailbox.url))
        subjects = [letter["subject"] for letter in mailbox.letters]
    assert subjects == ["🔧 Kazinform cannot be reached", "↳ Kazinform is away: Over after 3 h."]


async def test_kill_nine_at_any_instant_edits_and_replies_once(
    ops: Ops, store_url: str, slack: MockSlack
) -> None:
    ops.raised()
    for text in ("Nine times.", "It took 3 h."):
        process = await begin(store_url, slack)
        slack.when_stored(process.kill)  # between Slack's yes and hearing of it
        await process.communicate()
        slack.when_stored(lambda: None)
        ops.amended(text, f"So: {text}")
    process = await begin(store_url, slack)
    said, _ = await process.communicate()
    assert b"waiting 0" in said
    assert slack.alerts() == ALL_ONCE
    assert "It took 3 h." in shown(slack.messages[0])


async def test_an_old_notice_goes_with_all_that_follows_it(ops: Ops, slack: MockSlack) -> None:
    def pruned() -> dict[str, int]:
        old = utc_now() + timedelta(days=1)
        before = RetentionCutoffs(
            sketches=old,
            alerts=old,
            runs=old,
            uneventful=old,
            revisions=old,
            observations=old,
            conditions=old,
        )
        chosen = ops.database.read_now(lambda c: prune_targets(c, before, sources=()))
        return dict(prune_store(ops.database, chosen))

    ops.raised()
    await deliver(ops.database, slack_channel(slack))
    ops.amended("It took 3 h.", "Over.")
    assert pruned()["digests and notices"] == 0
    await deliver(ops.database, slack_channel(slack))
    assert pruned()["digests and notices"] == 1
    assert ops.database.read_now(lambda c: c.execute(sa.select(table.c.id)).all()) == []
