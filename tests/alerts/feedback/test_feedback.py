"""What staff say back in Slack is heard once, kept, shown, and answered to those who may ask."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from alerts.feedback.feedback import Feedback
from alerts.feedback.replies import written
from alerts.feedback.slash_commands import HELP
from crawler.config.config import Config
from crawler.config.models import ChannelConfig, SlackConfig, StoreConfig
from crawler.model.exceptions import Unusable
from crawler.runtime.services import Services
from crawler.storage.alerts import feedback, follow_ups, mutes, outbox
from crawler.storage.schema import outbox as outbox_table
from tests.alerts.delivering import deliver, slack_channel, until
from tests.doubles.slack.mock_slack import APP_TOKEN, TOKEN, Fault, Kind, MockSlack
from tests.sample_alerts import HOSTILE, alert

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

    Put = Callable[..., list[int]]

ANNA, BORIS, EVE = "U0ANNA", "U0BORIS", "U0EVE"


class Daemon:
    """Answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.go_on = asyncio.Event()

    async def status(self) -> Sequence[str]:
        self.asked.append(("status",))
        return ["2 sources", HOSTILE]

    async def why(self, url: str) -> Sequence[str]:
        self.asked.append(("why", url))
        raise Unusable(f"{url} is not in the store")

    async def backfill(self, source: str, since: str, until: str) -> AsyncIterator[Sequence[str]]:
        self.asked.append(("backfill", source, since, until))
        yield ["it begins"]
        await self.go_on.wait()
        yield ["it is done"]


def _out_of_memory(_: str) -> None:
    raise MemoryError


@pytest.fixture
def daemon() -> Daemon:
    return Daemon()


class Desk:
    """The feedback of one process, and the button presses of its readers."""

    def __init__(self, database: Database, slack: MockSlack, daemon: Daemon) -> None:
        self.database = database
        self.slack = slack
        self.channel = slack_channel(slack, store=database)
        self._daemon = daemon
        self.feedback = self.another()

    def another(self, **settings: Any) -> Feedback:
        values: dict[str, Any] = {
            "base_url": self.slack.base_url,
            "token": TOKEN,
            "app_token": APP_TOKEN,
            "allowed_users": [ANNA],
        }
        slack = SlackConfig(**values | settings)
        return Feedback(self.database, slack, {"desk": self.channel}, self._daemon)

    async def press(self, answer: str, *, user: str = ANNA, message: int = 0) -> None:
        ts = self.slack.messages[message]["ts"]
        await self.slack.readers.press(f"wirewatch_{answer}", channel="C0ALERTS", ts=ts, user=user)

    async def command(self, text: str, *, user: str = ANNA) -> None:
        await self.slack.readers.command("/wirewatch", text, channel="C0ALERTS", user=user)

    def line(self, message: int = 0) -> str:
        """What a message says that staff answered."""
        block = self.slack.messages[message]["blocks"][-2]
        text = str(block["elements"][0]["text"]) if block["type"] == "context" else ""
        return text if "relevant" in text or "duplicate" in text else ""

    async def shows(self, line: str) -> None:
        await until(lambda: self.line() == line)

    def told(self, user: str = ANNA) -> list[str]:
        return [said["text"] for said in self.slack.ephemeral if said["user"] == user]


@pytest.fixture
async def desk(
    database: Database, put: Put, slack: MockSlack, daemon: Daemon
) -> AsyncIterator[Desk]:
    """One alert is in Slack, and somebody listens."""
    opened = Desk(database, slack, daemon)
    put(1)
    await deliver(database, opened.channel)
    opened.feedback.start()
    yield opened
    await opened.feedback.stop(1)


async def test_a_verdict_is_kept_with_who_and_when_and_shown_on_the_message(desk: Desk) -> None:
    await desk.press("relevant")
    await desk.press("not_relevant", user=BORIS)
    await desk.shows("✔ relevant: u0anna · ✘ not relevant: u0boris")
    first, second = await desk.database.read(lambda connection: feedback.of(connection, 1))
    assert (first.user_id, first.answer) == (ANNA, "relevant")
    assert second.user_id == BORIS
    assert abs(second.given_at.timestamp() - time.time()) < 60
    message = desk.slack.messages[0]
    assert message["blocks"][-1]["block_id"] == "wirewatch_feedback"
    assert message["metadata"]["event_payload"]["alert"] == "1:story"


async def test_a_changed_mind_replaces(desk: Desk) -> None:
    await desk.press("relevant")
    await desk.shows("✔ relevant: u0anna")
    await desk.press("not_relevant")
    await desk.shows("✘ not relevant: u0anna")


async def test_an_envelope_that_comes_twice_counts_once(desk: Desk) -> None:
    await desk.press("relevant")
    first = desk.slack.socket.envelopes[-1]
    await desk.press("not_relevant")
    await desk.slack.socket.repeat(first)
    await desk.shows("✘ not relevant: u0anna")
    assert desk.slack.socket.acknowledged.count(first["envelope_id"]) == 2


async def test_an_envelope_that_an_earlier_process_took_is_acknowledged_and_no_more(
    desk: Desk,
) -> None:
    await desk.press("relevant")
    await desk.press("not_relevant")
    await desk.shows("✘ not relevant: u0anna")
    await desk.feedback.stop(1)
    desk.feedback = desk.another()
    desk.feedback.start()
    await desk.slack.socket.repeat(desk.slack.socket.envelopes[0])
    await desk.slack.socket.repeat(desk.slack.socket.envelopes[1])
    assert [
        one.answer
        for one in await desk.database.read(lambda connection: feedback.of(connection, 1))
    ] == ["not relevant"]


async def test_a_process_that_died_before_the_edit_leaves_it_to_the_next(desk: Desk) -> None:
    hang = Fault(kind=Kind.HANG, seconds=30)
    desk.slack.fail(hang, method="chat.update")
    await desk.press("relevant")
    await until(lambda: "chat.update" in {method for _, method in desk.slack.asked})
    await desk.feedback.stop(0)
    assert desk.line() == ""
    desk.feedback = desk.another()
    desk.feedback.start()
    await desk.shows("✔ relevant: u0anna")


@pytest.mark.parametrize("kind", [Kind.BUSY, Kind.BROKEN, Kind.CUT_AFTER])
async def test_an_edit_that_fails_is_tried_again(desk: Desk, kind: Kind) -> None:
    desk.slack.fail(Fault(kind=kind, seconds=0.1), method="chat.update")
    await desk.press("relevant")
    await desk.shows("✔ relevant: u0anna")


async def test_a_message_that_is_gone_holds_up_no_other(desk: Desk) -> None:
    gone = Fault(kind=Kind.ERROR, code="message_not_found")
    desk.slack.fail(gone, method="chat.update")
    await desk.press("relevant")
    await until(lambda: "chat.update" in {method for _, method in desk.slack.asked})
    await desk.press("relevant", user=BORIS)
    await desk.shows("✔ relevant: u0anna, u0boris")


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_line_that_ends_is_followed_by_another(desk: Desk, reason: str) -> None:
    await desk.slack.socket.connected()
    await desk.slack.socket.disconnect(reason)
    await desk.press("relevant")
    await desk.shows("✔ relevant: u0anna")
    opened = [method for _, method in desk.slack.asked].count("apps.connections.open")
    assert opened == 2


async def test_a_line_that_was_cut_is_opened_again(desk: Desk) -> None:
    for _ in range(2):
        await desk.slack.socket.connected()
        await desk.slack.socket.close()
    await desk.press("relevant")
    await desk.shows("✔ relevant: u0anna")


async def test_a_slack_that_refuses_is_asked_less_and_less_and_is_told_no_secret(
    database: Database, slack: MockSlack, daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "xapp-not-the-right-one"
    feedback = Desk(database, slack, daemon).another(app_token=secret)
    feedback.start()
    await until(lambda: len(slack.asked) >= 4)
    await feedback.stop(1)
    first, _, _, fourth = (at for at, _ in slack.asked[:4])
    assert fourth - first > 1.4  # at once, and then at least half of 1 s and of 2 s
    assert "WIREWATCH_SLACK__APP_TOKEN" in caplog.text
    assert secret not in caplog.text


async def test_a_slow_store_does_not_keep_slack_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.feedback.socket_mode.ACKNOWLEDGE", 0.1)
    write, written_at_last = desk.database.write, asyncio.Event()

    async def slow(work: Any) -> Any:
        await written_at_last.wait()
        return await write(work)

    monkeypatch.setattr(desk.database, "write", slow)
    await desk.press("relevant")
    assert desk.line() == ""
    written_at_last.set()
    await desk.shows("✔ relevant: u0anna")


async def test_a_store_that_fails_is_not_acknowledged_so_that_slack_repeats(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.doubles.slack.socket.ACKNOWLEDGE", 0.5)
    with monkeypatch.context() as broken:

        async def write(work: Any) -> Any:
            raise OSError("disk full")

        broken.setattr(desk.database, "write", write)
        with pytest.raises(TimeoutError):
            await desk.press("relevant")
    await desk.slack.socket.repeat()
    await desk.shows("✔ relevant: u0anna")


async def test_a_message_that_comes_after_the_verdict_shows_it_from_the_start(
    desk: Desk, database: Database, now: datetime
) -> None:
    await desk.press("relevant")
    await desk.shows("✔ relevant: u0anna")
    payload = alert(story_id=1).to_json()
    desk.database.write_now(
        lambda c: outbox.enqueue(
            c, story_id=1, channel="second", kind="story", payload=payload, now=now
        )
    )
    await deliver(database, slack_channel(desk.slack, "second", "C0SECOND", store=desk.database))
    assert desk.line(1) == "✔ relevant: u0anna"


async def test_a_verdict_on_a_message_whose_delivery_is_not_in_the_books_yet_is_shown_once_it_is(
    desk: Desk,
) -> None:
    """Slack has it, somebody reads it and answers, and the outbox does not know so far."""
    delivered = sa.select(outbox_table.c.reference).where(outbox_table.c.id == 1)
    reference = await desk.database.read(lambda connection: connection.scalar(delivered))

    async def books(state: str, reference: str) -> None:
        row = sa.update(outbox_table).where(outbox_table.c.id == 1)
        values = {"state": state, "reference": reference}
        await desk.database.write(lambda connection: connection.execute(row.values(values)))

    await books("sending", "")
    await desk.press("relevant")
    await until(lambda: bool(desk.slack.socket.acknowledged))
    await asyncio.sleep(0.3)
    assert desk.line() == ""
    assert await desk.database.read(feedback.unshown)
    await books("sent", str(reference))
    await desk.shows("✔ relevant: u0anna")


async def test_an_update_of_the_story_and_a_verdict_leave_both_on_the_message(
    desk: Desk, database: Database, now: datetime
) -> None:
    await desk.press("relevant")
    await desk.shows("✔ relevant: u0anna")
    newer = alert("Another headline", story_id=1).to_json()

    def restate(connection: Connection) -> None:
        (first,) = follow_ups.first_messages(connection, 1, ["desk"])
        assert follow_ups.restate(connection, first, newer, now=now)

    desk.database.write_now(restate)
    await deliver(database, desk.channel)
    assert "Another headline" in str(desk.slack.messages[0]["blocks"])
    assert desk.line() == "✔ relevant: u0anna"
    await desk.press("not_relevant", user=BORIS)
    await desk.shows("✔ relevant: u0anna · ✘ not relevant: u0boris")
    assert "Another headline" in str(desk.slack.messages[0]["blocks"])
    assert len(desk.slack.messages) == 1


async def test_a_rule_is_muted_for_a_day_and_once(desk: Desk) -> None:
    await desk.press("mute")
    await desk.slack.socket.repeat()
    await until(lambda: bool(desk.told()))
    (mute,) = await desk.database.read(mutes.listed)
    assert mute.matcher.rule == ["ct-cooperation"]
    assert mute.author == "u0anna in Slack"
    assert mute.until - mute.created_at == timedelta(days=1)
    assert f"wirewatch alerts unmute {mute.id}" in desk.told()[0]


@pytest.mark.parametrize("rule", ["*", "another-rule"])
async def test_a_forged_value_mutes_nothing(desk: Desk, rule: str) -> None:
    button = desk.slack.messages[0]["blocks"][-1]["elements"][-1]
    button["value"] = f"1:story {rule}"
    await desk.press("mute")
    await until(lambda: bool(desk.told()))
    assert await desk.database.read(mutes.listed) == []
    assert "Nothing was muted" in desk.told()[0]


async def test_json_that_is_nested_too_deep_ends_no_line(desk: Desk) -> None:
    await desk.slack.socket.say("[" * 100_000 + "]" * 100_000)
    await desk.press("relevant")
    await desk.shows("✔ relevant: u0anna")


async def test_whatever_breaks_a_line_the_next_one_is_tried(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.feedback.running
    monkeypatch.setattr("alerts.feedback.socket_mode.json.loads", _out_of_memory)
    for _ in range(4):
        await desk.slack.socket.connected()
        await desk.slack.socket.disconnect()
    monkeypatch.undo()
    await desk.press("relevant")
    await desk.shows("✔ relevant: u0anna")
    assert desk.feedback.running


# -- commands ----------------------------------------------------------------------------------


async def test_a_command_is_answered_to_the_one_who_gave_it_and_literally(
    desk: Desk, daemon: Daemon
) -> None:
    await desk.command("status")
    await until(lambda: bool(desk.told()))
    (text,) = desk.told()
    assert text.startswith("2 sources\n")
    assert "<" not in text
    assert "*bold*" not in text
    assert daemon.asked == [("status",)]


async def test_those_who_are_not_allowed_are_refused_and_nothing_is_done(
    desk: Desk, daemon: Daemon
) -> None:
    await desk.command("backfill belta 2026-11-01 2026-11-02", user=EVE)
    await until(lambda: bool(desk.told(EVE)))
    assert desk.told(EVE)[0].startswith("You may not give commands here")
    assert daemon.asked == []


async def test_a_command_that_comes_twice_is_obeyed_once(desk: Desk, daemon: Daemon) -> None:
    await desk.command("status")
    await desk.slack.socket.repeat()
    await until(lambda: bool(desk.told()))
    await desk.command("help")
    await until(lambda: len(desk.told()) == 2)
    assert daemon.asked == [("status",)]


async def test_a_backfill_is_answered_when_it_begins_and_when_it_is_done(
    desk: Desk, daemon: Daemon
) -> None:
    shown = written(["un_news"])  # as an answer of ours has it, and as it is copied from there
    await desk.command(f"backfill {shown} 2026-11-01 2026-11-02")
    await until(lambda: desk.told() == ["it begins"])
    daemon.go_on.set()
    await until(lambda: desk.told() == ["it begins", "it is done"])
    assert daemon.asked == [("backfill", "un_news", "2026-11-01", "2026-11-02")]


async def test_an_answer_that_comes_too_late_for_its_address_is_a_direct_message(
    desk: Desk, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.slack.workspace.channels[ANNA] = "a direct message"
    await desk.command("backfill belta 2026-11-01 2026-11-02")
    await until(lambda: desk.told() == ["it begins"])
    monkeypatch.setattr("tests.doubles.slack.readers.VALID", 0.0)
    daemon.go_on.set()
    await until(lambda: desk.slack.messages[-1]["text"] == "it is done")
    assert desk.slack.messages[-1]["channel"] == ANNA


@pytest.mark.parametrize(
    "typed", ["<https://w.example/?a=1&amp;b=2|w.example>", "https://w.example/?a=1&b=2"]
)
async def test_why_takes_an_address_however_slack_writes_it(
    desk: Desk, daemon: Daemon, typed: str
) -> None:
    await desk.command(f"why {typed}")
    await until(lambda: bool(desk.told()))
    assert daemon.asked == [("why", "https://w.example/?a=1&b=2")]
    assert desk.told() == ["https://w.example/?a=1&amp;b=2 is not in the store"]


@pytest.mark.parametrize("text", ["", "help", "dance", "why", "backfill belta"])
async def test_help_lists_what_can_be_asked(desk: Desk, daemon: Daemon, text: str) -> None:
    await desk.command(text)
    await until(lambda: bool(desk.told()))
    assert all(line.split(":")[0].split()[1] in desk.told()[0] for line in HELP)
    assert daemon.asked == []


# -- where it is on ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "kind", "hears"),
    [(APP_TOKEN, "slack", True), (None, "slack", False), (APP_TOKEN, "terminal", False)],
)
def test_it_listens_only_with_an_app_token_and_a_slack_channel(
    store_url: str, daemon: Daemon, token: str | None, kind: Any, hears: bool
) -> None:
    target = "C0ALERTS" if kind == "slack" else ""
    config = Config(
        store=StoreConfig(url=store_url),
        slack=SlackConfig(token=TOKEN, app_token=token),
        channel=[ChannelConfig(name="desk", kind=kind, target=target)],
    )
    services = Services(config)
    assert (Feedback.from_services(services, daemon) is not None) == hears
    services.close()


async def test_without_an_app_token_an_alert_has_no_buttons(
    database: Database, put: Put, slack: MockSlack
) -> None:
    put(1)
    await deliver(database, slack_channel(slack))
    assert "actions" not in {block["type"] for block in slack.messages[0]["blocks"]}
