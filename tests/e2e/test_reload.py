"""An edit of the configuration takes effect in a running daemon, whole, or is refused and told."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from tests.doubles.slack.mock_slack import MockSlack
from tests.e2e.program import until
from tests.e2e.wire import source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.program import Running
    from tests.e2e.wire import Wire

FIRST, ROTATED = "xoxb-1111-first", "xoxb-2222-rotated"
SLACK = {"name": "slack", "kind": "slack", "target": "C0ALERTS"}


async def _watching(desk: Desk, wire: Wire) -> Running:
    """A daemon that has polled the one source that there is."""
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire))
    running = await desk.start("run")
    await until(lambda: desk.stored()["paper"] == 1, "the first poll", of=running)
    return running


async def test_a_source_that_is_added_to_the_file_is_polled_within_seconds(
    desk: Desk, wire: Wire
) -> None:
    running = await _watching(desk, wire)
    wire.feed(wire.page(2), path="/other.xml")
    other = source("other", wire, feeds=[wire.base + "/other.xml"])
    desk.configure(source("paper", wire), other)
    await until(lambda: desk.stored()["other"] == 1, "the new source is read", of=running)
    assert "changed=source.other" in running.err
    desk.configure(other)
    await until(lambda: "changed=source.paper" in running.err, "it is taken out", of=running)
    polled = len(wire.asked("/feed.xml"))
    since = len(wire.asked("/other.xml"))
    await until(lambda: len(wire.asked("/other.xml")) > since + 2, "it goes on", of=running)
    assert len(wire.asked("/feed.xml")) <= polled + 1  # one may have been under way
    ended = await running.terminate()
    assert ended.status == 0
    assert "Traceback" not in ended.err


async def test_a_bad_edit_is_refused_and_told_and_what_was_in_use_goes_on(
    desk: Desk, wire: Wire
) -> None:
    running = await _watching(desk, wire)
    good = desk.config.read_text("utf-8")
    desk.config.write_text(good + '\n[alerts]\nmax_age = "soon"\n', encoding="utf-8")
    await until(lambda: "configuration was refused" in running.err, "it is refused", of=running)
    running._process.send_signal(signal.SIGHUP)
    await until(
        lambda: running.err.count("configuration was refused") == 2, "and again", of=running
    )
    assert "alerts.max_age" in running.err
    polled = len(wire.asked("/feed.xml"))
    await until(lambda: len(wire.asked("/feed.xml")) > polled + 1, "it goes on", of=running)
    desk.config.write_text(good, encoding="utf-8")
    await until(lambda: "is in use changed=-" in running.err, "it is mended", of=running)
    told = await desk.ask("sources", "conditions", "--all")
    assert "configuration refused" in told.out
    assert (await running.terminate()).status == 0


async def test_sighup_kills_no_daemon_not_even_one_that_is_about_to_start(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire))
    running = await desk.start("run")
    await until(lambda: _ignores_sighup(running), "its first line", of=running)
    while not desk.stored()["paper"]:
        running._process.send_signal(signal.SIGHUP)
        await asyncio.sleep(0.05)
    ended = await running.terminate()
    assert ended.status == 0
    assert "Traceback" not in ended.err


async def test_a_rotated_token_is_used_and_what_waits_for_a_removed_channel_is_told(
    desk: Desk, wire: Wire
) -> None:
    token = desk.folder / "token"
    token.write_text(FIRST, encoding="utf-8")
    desk.environment["WIREWATCH_SLACK__TOKEN_FILE"] = str(token)
    night = {"name": "night", "kind": "jsonl", "target": "night.jsonl", "quiet": "00:00-24:00"}
    wire.feed(wire.page(1, cooperation=True))
    async with MockSlack(token=FIRST) as slack:
        tables: dict[str, dict[str, object]] = {
            "alerts": {"alert_baseline": True},
            "slack": {"base_url": slack.base_url},
        }
        desk.configure(source("paper", wire), channels=[SLACK, night], **tables)
        running = await desk.start("run")
        await until(lambda: len(slack.alerts()) == 1, "the first story is told", of=running)
        slack._token = ROTATED
        token.write_text(ROTATED, encoding="utf-8")
        running._process.send_signal(signal.SIGHUP)
        await until(lambda: "changed=slack.token" in running.err, "it is read anew", of=running)
        wire.feed(wire.page(1, cooperation=True), wire.page(2, cooperation=True))
        await until(lambda: len(slack.alerts()) == 2, "the second story is told", of=running)
        desk.configure(source("paper", wire), channels=[SLACK], **tables)
        orphans = "alerts wait for a channel that is not configured channel=night"
        await until(lambda: orphans in running.err, "the channel is missed", of=running)
        assert (await running.terminate()).status == 0
        assert len(slack.alerts()) == len(set(slack.alerts())) == 2
    assert FIRST not in running.err
    assert ROTATED not in running.err


def _ignores_sighup(running: Running) -> bool:
    status = Path(f"/proc/{running._process.pid}/status").read_text("utf-8")
    ignored = next(line for line in status.splitlines() if line.startswith("SigIgn"))
    return bool(int(ignored.split()[1], 16) & 1)
