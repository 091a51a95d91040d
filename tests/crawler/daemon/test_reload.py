"""A configuration is taken over when it is asked for or edited; a bad one is refused and told."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import TYPE_CHECKING

import pytest

from crawler.config.origin import digest_of, read
from crawler.daemon.reload import Reload
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.model.exceptions import Unusable
from crawler.runtime.registration import Registration
from crawler.runtime.services import Services
from crawler.storage.alerts import outbox_report
from crawler.storage.crawl import processes
from crawler.storage.health import condition_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

HUSH = "xoxb-7777-hush"
TABLES = """
[[channel]]
name = "desk"
kind = "jsonl"
target = "desk.jsonl"
[ops]
channels = ["desk"]
"""


class Desk:
    """A daemon's configuration in a file, and what the daemon was given to take over."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.file = folder / "wirewatch.toml"
        self.write()
        config, origin = read(self.file)
        self.services = Services(config, origin)
        self.taken: list[Sequence[str]] = []
        self.refusal = ""
        self.reload = Reload(self.services, self._apply, lambda: now)

    def write(self, top: str = "enabled = []", *, tables: str = TABLES) -> None:
        self.file.write_text(f"{top}\n{tables}", encoding="utf-8")

    async def _apply(self, candidate: Services, changed: Sequence[str]) -> None:
        if self.refusal:
            raise Unusable(self.refusal)
        self.services.adopt(candidate)
        self.taken.append(changed)

    async def looks(self, times: int = 2) -> None:
        for _ in range(times):
            await self.reload.look()

    def ailing(self) -> list[tuple[ConditionKind, str]]:
        standing = self.services.database.read_now(
            lambda connection: condition_log.open_conditions(connection, INSTALLATION)
        )
        return [(one.kind, one.detail) for one in standing]


@pytest.fixture
def desk(tmp_path: Path, now: datetime) -> Iterator[Desk]:
    desk = Desk(tmp_path, now)
    yield desk
    desk.services.close()


async def test_a_file_that_nobody_touches_is_not_read_again(desk: Desk) -> None:
    await desk.looks(5)
    assert desk.taken == []


async def test_an_edit_is_taken_over_once_it_stands_still(desk: Desk) -> None:
    desk.write('enabled = ["tass"]')
    await desk.looks(1)
    desk.write('enabled = ["tass", "belta"]')
    await desk.looks(1)
    assert desk.taken == []  # it is being written still
    await desk.looks(3)
    assert desk.taken == [["enabled"]]
    assert desk.services.config.enabled == ["tass", "belta"]


async def test_sighup_has_it_read_at_once_and_ends_nothing(desk: Desk) -> None:
    desk.reload.on_signal()
    desk.write('enabled = ["tass"]')
    os.kill(os.getpid(), signal.SIGHUP)
    await asyncio.wait_for(desk.reload._asked.wait(), 5)
    await desk.looks(1)
    asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
    assert desk.taken == [["enabled"]]


async def test_what_is_wrong_is_refused_whole_and_told_until_it_is_mended(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.write('enabled = ["tass"]\ncolour = "red"')
    await desk.looks(5)
    assert (desk.taken, desk.services.config.enabled) == ([], [])
    ((kind, detail),) = desk.ailing()
    assert kind is ConditionKind.CONFIGURATION
    assert "colour" in detail
    refused = [one for one in caplog.messages if one.startswith("configuration was refused")]
    assert len(refused) == 1
    (told,) = await desk.services.database.read(outbox_report.listed)
    assert told.channel == "desk"
    desk.write('enabled = ["tass"]')
    await desk.looks()
    assert (desk.taken, desk.ailing()) == ([["enabled"]], [])


async def test_what_the_daemon_cannot_use_is_refused_as_well(desk: Desk) -> None:
    desk.refusal = "no source is enabled"
    desk.write('enabled = ["-tass"]')
    await desk.looks()
    assert desk.ailing() == [(ConditionKind.CONFIGURATION, "no source is enabled")]


async def test_a_file_that_was_deleted_is_refused_and_not_taken_for_the_defaults(
    desk: Desk,
) -> None:
    desk.file.unlink()
    await desk.looks()
    assert desk.taken == []
    ((_, detail),) = desk.ailing()
    assert "no such file" in detail


async def test_what_takes_effect_at_the_next_start_is_named_and_left(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    before = desk.services.config.store
    desk.write(tables=TABLES + '[store]\nurl = "sqlite:///elsewhere.db"\n')
    await desk.looks()
    assert desk.taken == [[]]
    assert desk.services.config.store == before
    assert "takes effect at the next start: store.url" in caplog.messages


async def test_a_daemon_that_could_start_clears_what_an_earlier_one_refused(desk: Desk) -> None:
    desk.write("colour = 1")
    await desk.looks()
    assert desk.ailing()
    told = asyncio.Event()
    desk.services.alerts_queued = told.set
    running = asyncio.create_task(desk.reload.run())
    await asyncio.wait_for(told.wait(), 5)
    running.cancel()
    assert desk.ailing() == []


async def test_no_secret_is_in_what_is_logged_or_told(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = tmp_path / "token"
    monkeypatch.setenv("WIREWATCH_SLACK__TOKEN_FILE", str(token))
    monkeypatch.setenv("WIREWATCH_OPS__PING_FILE", str(tmp_path / "ping"))
    for ping in ("https://ping.example/7777-hush", "7777-hush"):
        token.write_text(HUSH, encoding="utf-8")
        (tmp_path / "ping").write_text(ping, encoding="utf-8")
        await desk.looks()
    assert desk.taken == [["ops.ping", "slack.token"]]
    ((_, detail),) = desk.ailing()
    assert "ops.ping" in detail
    assert "7777-hush" not in detail + caplog.text


async def test_the_store_says_which_configuration_the_process_has(desk: Desk) -> None:
    registration = desk.services.once(Registration.of)
    await registration.begin()
    try:
        before = await desk.services.database.read(processes.alive)
        desk.write('enabled = ["tass"]')
        await desk.looks()
        after = await desk.services.database.read(processes.alive)
        desk.write("colour = 1")
        await desk.looks()
        refused = await desk.services.database.read(processes.alive)
    finally:
        await registration.end()
    assert after[0].config_path == str(desk.file)
    assert before[0].config_digest != after[0].config_digest
    assert refused[0].config_digest == after[0].config_digest != digest_of(desk.file)
