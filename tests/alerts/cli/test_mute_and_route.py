"""`wirewatch alerts mute`, `mutes`, `unmute`, `route`, and what `list` shows of what is held."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from alerts.cli.commands import app
from alerts.delivery.hold_policy import HoldPolicy
from alerts.delivery.hold_queue import HoldQueue
from crawler.crawl.poll.announcement import announce
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.stories import articles
from tests.factories import NOON, article
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.storage.database import Database

    Put = Callable[..., list[int]]

ROUTES = """
[[channel]]
name = "desk"
kind = "terminal"
[[channel]]
name = "night"
kind = "terminal"
[[channel]]
name = "ops"
kind = "terminal"
[ops]
channels = ["ops"]
[[route]]
topic = "cooperation"
channels = "night"
[[route]]
severity = "high"
country = "KZ"
channels = ["desk"]
[[source]]
name = "wire"
country = "KZ"
feeds = ["http://127.0.0.1/rss"]
"""


@pytest.fixture
def cli() -> CliRunner:
    return CliRunner(env={"COLUMNS": "160"})


@pytest.fixture
def config(tmp_path: Path, store_url: str) -> Path:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "{store_url}"\n{ROUTES}', encoding="utf-8")
    return file


def say(cli: CliRunner, config: Path, *words: str) -> str:
    said = cli.invoke(app, [*words, "--config", str(config)], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return said.stdout


def settle(database: Database, policy: HoldPolicy) -> None:
    asyncio.run(HoldQueue(database, "desk", policy, utc_now).settle())


def test_a_mute_is_made_listed_and_ended(
    cli: CliRunner, config: Path, put: Put, database: Database
) -> None:
    said = say(cli, config, "mute", "--rule", "ct?*", "--for", "1d", "--reason", "too noisy")
    assert "mute 1: rule ct?*, until " in said
    put(2)
    settle(database, HoldPolicy())
    listed = say(cli, config, "list", "--held")
    assert listed.count("muted") == 2
    assert listed.count("mute 1") == 2
    assert "too noisy" in say(cli, config, "mutes")
    (line,) = say(cli, config, "mutes", "--json").splitlines()
    one = json.loads(line)
    assert (one["muted"], one["matcher"], one["reason"]) == (2, {"rule": ["ct?*"]}, "too noisy")
    assert "mute 1 has ended" in say(cli, config, "unmute", "1")
    assert say(cli, config, "mutes") == "Nothing is muted.\n"
    assert "too noisy" in say(cli, config, "mutes", "--all")
    again = cli.invoke(app, ["unmute", "1", "--config", str(config)])
    assert again.exit_code == 1
    assert "1: no mute of this id is in force" in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--for", "1d"), "say what to mute"),
        (("--for", "soon", "--rule", "x"), "--for soon: expected a duration"),
        (("--for", "1d", "--severity", "worst"), "--severity worst: expected one of low"),
        (("--for", "1d", "--rule", "ct_coperation"), "no rule ct_coperation; did you mean ct_coop"),
        (("--for", "1d", "--source", "wyre"), "no source wyre; did you mean wire"),
        (("--for", "1d", "--topic", "cooking"), "there is no topic cooking"),
        (("--for", "1d", "--entity", "otan"), "there is no entity otan"),
        (("--for", "1d", "--country", "ZZ"), "there is no country ZZ"),
    ],
)
def test_a_mute_that_means_nothing_is_refused(
    cli: CliRunner, config: Path, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Unusable, match=said):
        say(cli, config, "mute", "--reason", "x", *words)


def test_what_is_held_and_what_a_digest_says_is_listed(
    cli: CliRunner, config: Path, put: Put, database: Database
) -> None:
    put(60)
    settle(database, HoldPolicy(digest="0 0 1 1 *"))
    assert say(cli, config, "list", "--held").count("digest") == 50
    settle(database, HoldPolicy())
    (digest,) = asyncio.run(
        database.read(lambda connection: outbox_report.listed(connection, states=("pending",)))
    )
    assert digest.payload["title"] == "Digest: 60 stories"
    listed = say(cli, config, "list", "--digest", digest.kind)
    assert listed.count(f"in {digest.kind}") == 60


def test_the_routes_are_shown(cli: CliRunner, config: Path) -> None:
    shown = say(cli, config, "route")
    for words in (
        "route[0]",
        "topic cooperation",
        "severity high or more, country KZ",
        "the default",
    ):
        assert words in shown


def test_a_route_that_names_nothing_that_is_known_is_told(cli: CliRunner, config: Path) -> None:
    text = config.read_text("utf-8").replace('"cooperation"', '"coopration"')
    config.write_text(text, encoding="utf-8")
    with pytest.raises(Unusable, match="there is no topic coopration; did you mean cooperation"):
        say(cli, config, "route")


async def _stored(database: Database) -> int:
    item = article(flagged=True)
    await announce(database, "wire", {item.url: item.page.entry}, now=NOON, baseline=False)
    saved = await database.write(lambda c: articles.save_article(c, item, now=NOON))
    return saved.story_id


def test_why_a_story_goes_where_it_goes(cli: CliRunner, config: Path, database: Database) -> None:
    story = asyncio.run(_stored(database))
    shown = say(cli, config, "route", "--explain", str(story))
    assert f"Story {story}: Services met (wire, KZ)" in shown
    assert "rule ct-cooperation, severity normal, topics: counter-terrorism" in shown
    assert "route[0]: no: it wants topic cooperation; the story has counter-terrorism" in shown
    assert "route[1]: no: it wants severity high or more; the story has normal" in shown
    assert "the default: to desk, night: no route matched" in shown
    assert "By the routes as they are now, it goes to desk, night." in shown
    assert "Nobody was told" in shown
    by_url = say(cli, config, "route", "--explain", "https://wire.example/news/1")
    assert by_url == shown


def test_where_an_alert_went_is_told(cli: CliRunner, config: Path, database: Database) -> None:
    story = asyncio.run(_stored(database))
    told = replace(alert("As it was told", story_id=story), country="KZ")
    database.write_now(
        lambda c: outbox.enqueue(
            c, story_id=story, channel="desk", kind="story", payload=told.to_json(), now=NOON
        )
    )
    settle(database, HoldPolicy(digest="0 0 1 1 *"))
    shown = say(cli, config, "route", "--explain", str(story))
    assert f"Story {story}: As it was told (belta, KZ)" in shown
    assert "route[1]: to desk: it matches: severity high or more, country KZ; no other" in shown
    assert "desk: story: held: digest" in shown
    settle(database, HoldPolicy())
    assert "desk: story: digested: in digest-held-1" in say(
        cli, config, "route", "--explain", str(story)
    )


def test_a_story_that_is_not_stored_cannot_be_explained(
    cli: CliRunner, config: Path, database: Database
) -> None:
    for named in ("999", "https://wire.example/none", "nonsense"):
        unknown = cli.invoke(app, ["route", "--explain", named, "--config", str(config)])
        assert unknown.exit_code == 1
        assert f"{named}: no story of this id or address is stored" in unknown.stderr
