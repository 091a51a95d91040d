"""An edit of the configuration takes effect in a running daemon, whole, or is refused and told."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.program import until
from tests.e2e.wire import source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.program import Running
    from tests.e2e.wire import Wire


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


def _ignores_sighup(running: Running) -> bool:
    status = Path(f"/proc/{running._process.pid}/status").read_text("utf-8")
    ignored = next(line for line in status.splitlines() if line.startswith("SigIgn"))
    return bool(int(ignored.split()[1], 16) & 1)
