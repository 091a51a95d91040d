"""`wirewatch alerts` says in words what was sent, what was not, and what works."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from alerts.cli.commands import app
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import feedback, outbox, outbox_report
from crawler.storage.alerts.feedback import Verdict
from crawler.storage.schema import articles, matches, stories
from tests.doubles.slack.mock_slack import TOKEN, MockSlack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database

    Put = Callable[..., list[int]]


@pytest.fixture
def cli() -> CliRunner:
    return CliRunner(env={"COLUMNS": "160"})


@pytest.fixture
def config(tmp_path: Path, store_url: str) -> str:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "{store_url}"\n', encoding="utf-8")
    return str(file)


@pytest.fixture
def served() -> Iterator[MockSlack]:
    """A mock Slack on a loop of its own, because the command under test has one too."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = MockSlack()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result()
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def give_up_one(database: Database) -> int:
    async def work() -> int:
        (row,) = await database.write(
            lambda connection: outbox.claim(
                connection,
                owner="me",
                now=utc_now(),
                lease=timedelta(seconds=9),
                limit=1,
                channels=["desk"],
            )
        )
        await database.write(
            lambda connection: outbox.set_dead(
                connection, row.id, "is_archived: the channel is archived"
            )
        )
        return row.id

    return asyncio.run(work())


def test_the_list_shows_how_far_each_alert_has_come(
    cli: CliRunner, config: str, put: Put, database: Database
) -> None:
    put(2)
    dead = give_up_one(database)
    shown = cli.invoke(app, ["list", "--config", config])
    assert shown.exit_code == 0
    assert "pending" in shown.stdout
    assert "is_archived" in shown.stdout
    only = cli.invoke(app, ["list", "--dead", "--json", "--config", config])
    assert [json.loads(line)["id"] for line in only.stdout.splitlines()] == [dead]


def test_a_dead_alert_can_be_sent_again(
    cli: CliRunner, config: str, put: Put, database: Database
) -> None:
    put(1)
    dead = give_up_one(database)
    assert "1 due again" in cli.invoke(app, ["retry", str(dead), "--config", config]).stdout
    assert asyncio.run(database.read(outbox_report.by_state))["desk"]["pending"] == 1


def test_an_id_that_is_not_dead_is_an_error(
    cli: CliRunner, config: str, database: Database
) -> None:
    said = cli.invoke(app, ["retry", "77", "--config", config])
    assert said.exit_code == 1
    assert "77: no dead or muted alert has this id" in said.output


def test_an_empty_outbox_says_so(cli: CliRunner, config: str, database: Database) -> None:
    assert "No alerts yet." in cli.invoke(app, ["list", "--config", config]).stdout


def test_a_store_without_tables_is_one_clear_message(cli: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "sqlite:///{tmp_path / "new.db"}"\n', encoding="utf-8")
    (tmp_path / "new.db").touch()
    with pytest.raises(Unusable, match=r"cannot be read: .+ creates its tables$"):
        cli.invoke(app, ["list", "--config", str(file)], catch_exceptions=False)


def test_nothing_is_said_to_create_a_store_that_is_there_and_damaged(
    cli: CliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "sqlite:///{tmp_path / "new.db"}"\n', encoding="utf-8")
    (tmp_path / "new.db").write_text("no database, " * 100)
    with pytest.raises(Unusable, match=r"cannot be read: file is not a database; store") as said:
        cli.invoke(app, ["list", "--config", str(file)], catch_exceptions=False)
    assert "creates" not in str(said.value)


def test_listing_makes_no_store_where_there_is_none(cli: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text('[store]\nurl = "sqlite:///new.db"\n', encoding="utf-8")
    said = cli.invoke(app, ["list", "--config", str(file)])
    assert said.exit_code == 0
    assert f"no store yet at {tmp_path / 'new.db'}; `wirewatch run` creates it" in said.stderr
    assert not (tmp_path / "new.db").exists()


def channels(tmp_path: Path, server: MockSlack) -> str:
    file = tmp_path / "wirewatch.toml"
    file.write_text(
        f'[slack]\nbase_url = "{server.base_url}"\n'
        '[[channel]]\nname = "desk"\nkind = "slack"\ntarget = "C0ALERTS"\n'
        '[[channel]]\nname = "screen"\nkind = "terminal"\n'
        f'[[channel]]\nname = "file"\nkind = "jsonl"\ntarget = "{tmp_path / "alerts.jsonl"}"\n',
        encoding="utf-8",
    )
    return str(file)


def test_trying_the_channels_sends_a_sample_to_each(
    cli: CliRunner, tmp_path: Path, served: MockSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_SLACK__TOKEN", TOKEN)
    said = cli.invoke(app, ["test", "--config", channels(tmp_path, served)])
    assert said.exit_code == 0, said.output
    assert said.output.count("a sample was delivered") == 3
    assert said.output.count("every alert comes exactly once") == 2
    assert "may come twice: a terminal does not remember" in said.output
    assert len(served.messages) == 1
    assert TOKEN not in said.output


def test_what_does_not_work_is_said_and_the_others_are_tried(
    cli: CliRunner, tmp_path: Path, served: MockSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_SLACK__TOKEN", "xoxb-of-another-house")
    said = cli.invoke(app, ["test", "--config", channels(tmp_path, served)])
    assert said.exit_code == 1
    assert "FAILS  invalid_auth: Slack does not accept the token" in said.output
    assert said.output.count("a sample was delivered") == 2
    assert "xoxb" not in said.output


def test_a_missing_token_is_said(
    cli: CliRunner, tmp_path: Path, served: MockSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WIREWATCH_SLACK__TOKEN", raising=False)
    said = cli.invoke(app, ["test", "--config", channels(tmp_path, served)])
    assert said.exit_code == 1
    assert "no Slack token" in said.output


def test_feedback_counts_the_answers_and_exports_the_stories_they_are_about(
    cli: CliRunner, config: str, database: Database, now: datetime
) -> None:
    assert "No verdicts yet" in cli.invoke(app, ["feedback", "-c", config]).output
    store(database, "Talks in Minsk", now)
    said = [
        Verdict(story_id=1, user_id=f"U{number}", user_name="anna", answer=answer, given_at=now)
        for number, answer in enumerate(("relevant", "relevant", "duplicate"))
    ]
    database.write_now(lambda c: [feedback.give(c, one, now) for one in said])
    table = cli.invoke(app, ["feedback", "-c", config]).output
    assert table.split()[-5:] == ["ct", "2", "0", "1", "0"]
    (item,) = cli.invoke(app, ["feedback", "--jsonl", "-c", config]).output.splitlines()
    told = json.loads(item)
    assert (told["id"], told["label"], told["title"]) == (1, "hit", "Talks in Minsk")


def store(database: Database, title: str, now: datetime) -> None:
    """One flagged article in a story of its own."""
    made: dict[str, Any] = {
        "id": 1,
        "story_id": 1,
        "url": "https://w.example/1",
        "link": "https://w.example/1",
        "source": "belta",
        "relation": "new",
        "title": title,
        "text": "They met.",
        **dict.fromkeys(("first_seen", "fetched_at", "stored_at"), now),
    }
    match = {"article_id": 1, "rule": "ct", "version": "1", "score": 9, "threshold": 6}

    def work(connection: Connection) -> None:
        connection.execute(sa.insert(stories).values(id=1, created_at=now))
        connection.execute(sa.insert(articles).values(made))
        connection.execute(sa.insert(matches).values(match | {"receipt": {}, "created_at": now}))

    database.write_now(work)


def test_a_channel_that_the_bot_is_not_in_is_said_before_anything_is_sent(
    cli: CliRunner, tmp_path: Path, served: MockSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_SLACK__TOKEN", TOKEN)
    served.workspace.outsiders = frozenset({"C0ALERTS"})
    said = cli.invoke(app, ["test", "--config", channels(tmp_path, served)])
    assert said.exit_code == 1
    assert "FAILS  the bot is not in #alerts; invite it there" in said.output
    assert served.messages == []


def test_scopes_and_membership_are_said_in_words(
    cli: CliRunner, tmp_path: Path, served: MockSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_SLACK__TOKEN", TOKEN)
    said = cli.invoke(app, ["test", "--config", channels(tmp_path, served)]).output
    assert "ok     the token has the scopes channels:history, channels:read, chat:write" in said
    assert "ok     the bot is in #alerts" in said
    served.workspace.scopes = frozenset({"chat:write"})
    said = cli.invoke(app, ["test", "--config", channels(tmp_path, served)]).output
    assert "membership is not known without the scope channels:read" in said
    assert "an alert may come twice: the token lacks the scope channels:history" in said
