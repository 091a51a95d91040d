"""What goes wrong is told to the operators, once."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.message.compose import NOTICE, compose
from alerts.slack.block_kit import SECTION, blocks, plain
from crawler.config.config import Config
from crawler.health.notices import enqueue_notice
from crawler.model.alert import Alert
from crawler.model.clock import utc_now
from crawler.storage.alerts import outbox_report
from tests.alerts.delivering import Recorder, deliver
from tests.sample_alerts import alert

if TYPE_CHECKING:
    import pytest

    from crawler.storage.database import Database

CHANNELS = [
    {"name": "desk", "kind": "terminal"},
    {"name": "ops", "kind": "terminal"},
]


def say(database: Database, config: Config, key: str = "bad-channel-desk") -> bool:
    return database.write_now(
        lambda connection: enqueue_notice(
            connection,
            config,
            key=key,
            title="Slack knows no channel desk",
            text="Invite the bot <!channel>.",
            now=utc_now(),
        )
    )


async def test_a_notice_goes_to_the_ops_channels_once(database: Database) -> None:
    config = Config(channel=CHANNELS, ops={"channels": ["ops"]})
    assert say(database, config)
    assert not say(database, config)
    assert say(database, config, key="bad-channel-other")
    desk, ops = Recorder("desk"), Recorder("ops")
    await deliver(database, desk, ops)
    assert (len(desk.got), len(ops.got)) == (0, 2)


async def test_without_an_ops_channel_a_notice_is_logged(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert not say(database, Config(channel=CHANNELS))
    assert "Slack knows no channel desk" in caplog.text
    assert await database.read(outbox_report.listed) == []


async def test_a_notice_is_drawn_without_anything_of_a_story(database: Database) -> None:
    say(database, Config(channel=CHANNELS, ops={"channels": ["ops"]}))
    (row,) = await database.read(outbox_report.listed)
    message = compose(Alert.from_json(row.payload), timezone="UTC")
    assert [line.text for line in message.lines] == [
        "Slack knows no channel desk",
        "Invite the bot <!channel>.",
    ]
    assert "<!channel>" not in str(blocks(message)) + plain(message)


def test_a_long_notice_is_cut_within_what_slack_takes() -> None:
    text = "\n".join([*(f"source_{n}: unreachable since Monday" for n in range(20)), ":a" * 3000])
    told = replace(alert(), story_id=0, kind="ops-daily-2026-11-23", lead=text)
    lines = [line.text for line in compose(told, timezone="UTC").lines]
    assert lines[20] == "source_19: unreachable since Monday"
    assert lines[21].endswith("…")
    assert sum(map(len, lines[1:])) <= NOTICE
    for block in blocks(compose(told, timezone="UTC")):
        assert len(block["text"]["text"]) <= SECTION
    many = replace(told, lead="\n".join(["a line that says something"] * 200))
    assert compose(many, timezone="UTC").lines[-1].text == "…"
