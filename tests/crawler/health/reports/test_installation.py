"""What ails the installation is raised once, changed, and cleared, in one message."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.health.reports.installation import InstallationMonitor
from crawler.model.conditions import ConditionKind
from crawler.storage.alerts import outbox
from crawler.storage.health import condition_log
from crawler.storage.maintenance import disk_space
from crawler.storage.maintenance.disk_space import DiskUsage
from tests.crawler.health.reports.watching import HOUR, MINUTE, Watch
from tests.sample_alerts import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Watch]

GB = 1_000_000_000


@pytest.fixture(autouse=True)
def disk(monkeypatch: pytest.MonkeyPatch) -> list[DiskUsage]:
    """The last of these is the disk."""
    disks = [DiskUsage(free=50 * GB, total=100 * GB)]
    monkeypatch.setattr(disk_space, "disk_usage", lambda _: disks[-1])
    return disks


def waits(one: Watch, *, held_for: str = "", channel: str = "desk") -> None:
    """An alert waits since noon."""
    one.database.write_now(
        lambda c: outbox.enqueue(
            c,
            story_id=None,
            channel=channel,
            kind="digest-1",
            payload={},
            now=NOON,
            held_for=held_for,
        )
    )


async def tried(one: Watch, error: str) -> None:
    (row,) = await one.database.write(
        lambda connection: outbox.claim(
            connection, owner="me", now=NOON, lease=timedelta(minutes=1), limit=1, channels=["desk"]
        )
    )
    await one.database.write(
        lambda connection: outbox.try_again(
            connection, row.id, error=error, not_before=NOON, unknown=False
        )
    )


async def test_an_alert_that_waits_too_long_is_told_of_and_then_that_it_is_over(
    watch: Make,
) -> None:
    one = watch()
    waits(one)
    await tried(one, "Slack cannot be reached")
    look = InstallationMonitor(one.services).look
    await look(NOON + 14 * MINUTE)
    assert await one.told() == []
    for minutes in range(16, 20):
        await look(NOON + minutes * MINUTE)
    (row,) = await one.told()
    assert row.payload["title"] == "Alerts are not delivered"
    first, *_ = row.payload["lead"].splitlines()
    assert first == "desk: since 23 November, 12:00 UTC: Slack cannot be reached."
    await tried(one, "the token was revoked")
    await look(NOON + 27 * MINUTE)
    (row,) = await one.told()
    assert "revoked" in row.payload["lead"]
    await one.sent()
    await look(NOON + 137 * MINUTE)
    first_message, update, reply = await one.told()
    assert first_message.payload["title"] == "Alerts are not delivered, over after 2 h"
    assert update.kind == "update-1-ops-condition-1"
    assert (reply.kind, reply.payload["lead"]) == ("reply-1-ops-condition-1", "Over after 2 h.")
    await look(NOON + 138 * MINUTE)
    assert len(await one.told()) == 3


async def test_a_daemon_that_was_started_again_goes_on_with_what_it_was_told(watch: Make) -> None:
    one = watch()
    waits(one)
    await tried(one, "busy")
    before = InstallationMonitor(one.services)
    for minutes in (16, 17):
        await before.look(NOON + minutes * MINUTE)
    await InstallationMonitor(one.services).look(NOON + 18 * MINUTE)
    assert len(await one.told()) == 1


async def test_what_comes_back_at_once_is_the_same(watch: Make) -> None:
    one = watch()
    waits(one)
    await tried(one, "busy")
    look = InstallationMonitor(one.services).look
    for minutes in (16, 17):
        await look(NOON + minutes * MINUTE)
    await one.sent()
    await look(NOON + 18 * MINUTE)
    one.database.write_now(
        lambda c: outbox.enqueue(
            c, story_id=None, channel="desk", kind="digest-2", payload={}, now=NOON
        )
    )
    await tried(one, "busy again")
    for minutes in (19, 20):
        await look(NOON + minutes * MINUTE)
    *_, last = await one.told()
    assert last.kind == "reply-2-ops-condition-1"
    assert last.payload["lead"].startswith("Again: desk")
    (condition,) = await one.database.read(condition_log.open_conditions)
    assert condition.times == 2


async def test_what_is_held_and_what_has_no_channel_any_more_is_not_overdue(watch: Make) -> None:
    one = watch()
    waits(one, held_for="flood")
    waits(one, channel="gone")
    look = InstallationMonitor(one.services).look
    for minutes in (60, 61, 62):
        await look(NOON + minutes * MINUTE)
    assert await one.told() == []


async def test_what_was_released_a_moment_ago_is_given_a_minute(watch: Make) -> None:
    one = watch()
    waits(one)
    look = InstallationMonitor(one.services).look
    await look(NOON + HOUR)
    assert await one.told() == []
    await look(NOON + HOUR + MINUTE)
    (row,) = await one.told()
    assert "not tried yet" in row.payload["lead"]


async def test_a_disk_that_fills_up_is_told_of_until_there_is_ample_room(
    watch: Make, disk: list[DiskUsage]
) -> None:
    one = watch()
    look = InstallationMonitor(one.services).look
    said = []
    for free in (5.1, 4.9, 4.88, 5.5, 6.1):
        disk.append(DiskUsage(free=int(free * GB), total=100 * GB))
        await look(NOON)
        said.append([row.payload["title"] for row in await one.told()])
    low = "The disk of the store is nearly full"
    assert said == [[], [low], [low], [low], [f"{low}, over after 0 min"] * 2]


@pytest.mark.parametrize(
    ("low", "free", "total", "told"),
    [
        (GB // 2, GB * 6 // 10, 8 * GB, False),
        (GB // 2, GB * 4 // 10, 8 * GB, True),
        (GB // 2, GB * 6 // 10, 16 * GB, True),  # 5 % of it are more
        (GB // 2, 6 * GB, 4000 * GB, False),  # but not more than ten times as much
        (0, 1, 8 * GB, False),
    ],
)
async def test_how_low_is_low(
    watch: Make, disk: list[DiskUsage], low: int, free: int, total: int, *, told: bool
) -> None:
    one = watch(ops={"disk_low": low})
    disk.append(DiskUsage(free=free, total=total))
    await InstallationMonitor(one.services).look(NOON)
    kinds = [condition.kind for condition in await one.database.read(condition_log.open_conditions)]
    assert kinds == ([ConditionKind.DISK] if told else [])


async def test_the_disk_of_a_server_is_not_ours(
    watch: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    one = watch()
    found = disk_space.disk_usage(one.database.file)
    assert (found is None) is not one.database.is_sqlite
    assert await one.database.read(disk_space.store_size) > 0
