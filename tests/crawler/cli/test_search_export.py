"""Stories are found by words, time, source and rules, and exported with their articles."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from crawler.cli.search_export import export, search
from crawler.model.exceptions import Unusable
from crawler.model.items import Membership, Related, Relation
from crawler.storage.stories import articles
from tests.factories import NOON, article

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.storage.database import Database

app = typer.Typer()
app.command()(search)
app.command()(export)


@pytest.fixture
def config(tmp_path: Path, store_url: str) -> str:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "{store_url}"\n', encoding="utf-8")
    return str(file)


@pytest.fixture
def filled(database: Database) -> Database:
    """A flagged story with a reprint, and one in Russian that is linked to it, a month older."""

    def work(connection: object) -> None:
        first = articles.save_article(connection, article(flagged=True), now=NOON)  # type: ignore[arg-type]
        reprint = Membership(
            relation=Relation.REPRINT, story_id=first.story_id, of=first.article_id, evidence="held"
        )
        again = article("https://portal.example/2", title="Met again", membership=reprint)
        articles.save_article(
            connection,  # type: ignore[arg-type]
            replace(again, page=replace(again.page, source="portal")),
            now=NOON,
        )
        related = Related(
            story_id=first.story_id, article_id=first.article_id, score=0.7, evidence="told"
        )
        russian = article(
            "https://wire.example/ru",
            title="Службы встретились",
            text="Представители служб встретились в Минске, 100% участников.",
            age=timedelta(days=30),
            membership=Membership(relation=Relation.NEW, related=(related,)),
        )
        articles.save_article(connection, russian, now=NOON)  # type: ignore[arg-type]

    database.write_now(work)
    return database


def ask(config: str, *words: str) -> list[int]:
    done = CliRunner().invoke(app, ["search", "--config", config, "--json", *words])
    assert done.exit_code == 0, done.output
    return [json.loads(line)["story"] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "stories"),
    [
        ((), [1, 2]),
        (("again", "СЛУЖБЫ"), []),  # in two articles is in none
        (("SERVICES", "met"), [1]),
        (("минске",), [2]),
        (("СЛУЖБЫ",), [2]),
        (("100%",), [2]),
        (("0%0",), []),  # no pattern
        (("--flagged",), [1]),
        (("--source", "portal"), [1]),
        (("--since", "2026-11-23"), [1]),
        (("--until", "2026-11-22"), [2]),
        (("--limit", "1"), [1]),
    ],
)
def test_a_search_answers_with_stories_the_newest_first(
    filled: Database, config: str, words: tuple[str, ...], stories: list[int]
) -> None:
    assert ask(config, *words) == stories


def test_a_search_is_readable_in_a_terminal(filled: Database, config: str) -> None:
    shown = CliRunner().invoke(app, ["search", "--config", config, "met"]).stdout
    assert "Services met" in shown
    assert "wire, portal" in shown


def test_a_search_that_shows_some_says_of_how_many(filled: Database, config: str) -> None:
    some = ["search", "--config", config, "--limit", "1"]
    assert "1 of 2 stories" in CliRunner().invoke(app, some).stdout
    as_json = CliRunner().invoke(app, [*some, "--json"])
    assert ("1 of 2" in as_json.stderr, "1 of 2" in as_json.stdout) == (True, False)
    assert "of 2" not in CliRunner().invoke(app, [*some[:-1], "2"]).stdout


def test_an_export_holds_each_story_with_its_articles_and_links(
    filled: Database, config: str
) -> None:
    done = CliRunner().invoke(app, ["export", "--config", config])
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert [one["relation"] for one in first["articles"]] == ["new", "reprint"]
    assert first["articles"][0]["rules"] == ["ct-cooperation"]
    assert (first["related"], second["related"]) == ([2], [1])


def test_an_export_as_csv_has_a_row_for_each_article(filled: Database, config: str) -> None:
    done = CliRunner().invoke(app, ["export", "--config", config, "--format", "csv"])
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [(row["story"], row["source"]) for row in rows] == [
        ("1", "wire"),
        ("1", "portal"),
        ("2", "wire"),
    ]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(database: Database, config: str, begins: str) -> None:
    title = f"{begins}HYPERLINK(0)"
    item = article(title=title)
    database.write_now(lambda connection: articles.save_article(connection, item, now=NOON))
    done = CliRunner().invoke(app, ["export", "--config", config, "--format", "csv"])
    (row,) = csv.DictReader(io.StringIO(done.stdout, newline=""))
    assert row["title"] == f"'{title}".replace("\r", "\n")


def test_what_is_not_seen_is_not_printed(database: Database, config: str) -> None:
    title = "می\u200cشود and\u200c \u202egnp\u202c ze\u200bro \x9b31mred"
    database.write_now(
        lambda connection: articles.save_article(connection, article(title=title), now=NOON)
    )
    done = CliRunner().invoke(app, ["search", "--config", config])
    assert "می\u200cشود and gnp zero 31mred" in done.stdout
    for hidden in ("\u202e", "\u202c", "\u200b", "\x9b"):
        assert hidden not in done.stdout


def test_reading_makes_no_store(tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/none.db"\n', encoding="utf-8")
    for command in ("search", "export"):
        done = CliRunner().invoke(app, [command, "--config", str(file)])
        assert (done.exit_code, done.stdout) == (0, "")
        assert "no store yet" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["wirewatch.toml"]


def test_a_day_that_is_none_is_told(config: str) -> None:
    done = CliRunner().invoke(app, ["search", "--config", config, "--since", "May"])
    assert isinstance(done.exception, Unusable)
    assert "--since" in str(done.exception)


def test_a_store_that_cannot_be_read_is_told_with_what_helps_it(tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/some.db"\n', encoding="utf-8")
    for content, said in (
        ("no database, " * 100, r"file is not a database; store\.url names some other file"),
        ("", r"no such table: .+ `wirewatch run` brings it to the tables"),
    ):
        (tmp_path / "some.db").write_text(content, encoding="utf-8")
        for command in ("search", "export"):
            with pytest.raises(Unusable, match=said):
                CliRunner().invoke(app, [command, "--config", str(file)], catch_exceptions=False)
