"""What differs between two configurations is known by name, and no value is among what is told."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from crawler.config.config import Config
from crawler.config.differences import at_start, differing, in_force, tables
from crawler.config.models import AlertsConfig, ChannelConfig, LogConfig, SlackConfig, StoreConfig
from tests.factories import declared

DESK = ChannelConfig(name="desk", kind="jsonl", target="desk.jsonl")
OTHER = DESK.model_copy(update={"name": "other"})
PAPER, HERALD = declared("paper"), declared("herald")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({}, {}, []),
        ({}, {"enabled": ["tass"]}, ["enabled"]),
        ({}, {"alerts": AlertsConfig(timezone="Asia/Almaty")}, ["alerts.timezone"]),
        ({"source": [PAPER]}, {"source": [PAPER, HERALD]}, ["source.herald"]),
        ({"source": [PAPER, HERALD]}, {"source": [HERALD]}, ["source.paper"]),
        ({"source": [PAPER, HERALD]}, {"source": [HERALD, PAPER]}, ["source"]),
        ({"source": [PAPER]}, {"source": [declared("paper", interval="1h")]}, ["source.paper"]),
        ({"channel": [DESK]}, {"channel": [OTHER]}, ["channel.desk", "channel.other"]),
    ],
)
def test_a_setting_that_reads_otherwise_is_named(
    old: dict[str, object], new: dict[str, object], told: list[str]
) -> None:
    assert differing(Config(**old), Config(**new)) == told  # type: ignore[arg-type]


def test_a_secret_that_was_rotated_is_a_difference_and_is_not_told() -> None:
    one, other = (
        Config(
            slack=SlackConfig(token=SecretStr(f"xoxb-{word}")),
            channel=[DESK.model_copy(update={"secret": SecretStr(word)})],
        )
        for word in ("hush", "hushhush")
    )
    assert differing(one, other) == ["slack.token", "channel.desk"]


def test_what_a_process_holds_open_stays_as_it_was_until_it_starts_anew() -> None:
    old = Config(store=StoreConfig(url="sqlite:///old.db"))
    new = Config(
        store=StoreConfig(url="sqlite:///new.db"), log=LogConfig(format="json"), enabled=["tass"]
    )
    names = differing(old, new)
    assert at_start(names) == ["store.url", "log.format"]
    assert tables(names) == {"enabled", "store", "log"}
    usable = in_force(old, new)
    assert (usable.store, usable.log, usable.enabled) == (old.store, old.log, ["tass"])
