"""Commands `wirewatch db …`: back the store up, check its integrity, prune what is old."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.common import FAILED, ConfigFile
from crawler.config.config import Config, least_ages, load
from crawler.config.times import positive_duration
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.daemon.retention import retention_cutoffs
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.database import Database, SQLAlchemyError, explain_error, no_store_yet
from crawler.storage.maintenance.backup import back_up
from crawler.storage.maintenance.integrity import check_integrity
from crawler.storage.maintenance.pruning import (
    ArticleAge,
    RetentionCutoffs,
    count_prunable,
    prune_store,
    prune_targets,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_ARTICLES = timedelta(days=90)  # how old they are at least that go, where nothing says how old

app = typer.Typer(no_args_is_help=True, help="Back the store up, check it, prune it.")


@app.command()
def backup(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="Else beside the store, named for the time.", show_default=False
        ),
    ] = None,
    *,
    config: ConfigFile = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file of that name.")] = False,
) -> None:
    """Copy a SQLite store to one file; `wirewatch run` may go on meanwhile."""
    with _store(load(config)) as database:
        target = file or _named_for_now(database)
        if target.exists() and not force:
            raise Unusable(f"{target} is there already; name another file, or say --force")
        size = back_up(database, target)
    typer.echo(f"{target}: {_megabytes(size)}, whole and checked")


@app.command()
def check(
    *,
    config: ConfigFile = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not compare indexes with their tables.")
    ] = False,
) -> None:
    """Say whether the store is sound, and what is in it. Exit status 1: it is not."""
    with _store(load(config)) as database:
        checked = check_integrity(database, quick=quick)
        if checked.counts:
            counts = (f"{count} {name}" for name, count in checked.counts.items() if count)
            typer.echo(f"rows: {', '.join(counts) or 'none yet'}")
        for defect in checked.defects:
            typer.echo(defect, err=True)
        if checked.defects:
            typer.echo(f"{database.label} is not as it should be; see docs/deployment.md", err=True)
            raise typer.Exit(FAILED)
        typer.echo(f"{database.label} is sound: {_examined(database)} {checked.revision}")


@app.command()
def prune(
    *,
    config: ConfigFile = None,
    older_than: Annotated[
        str, typer.Option(help="Keep what was stored since, as 90d; else as [keep] says.")
    ] = "",
    with_articles: Annotated[
        bool,
        typer.Option("--articles", help="Stories, too, that nobody judged, with their articles."),
    ] = False,
    age: Annotated[
        ArticleAge,
        typer.Option("--age", help="The age of an article: since it was stored, or published."),
    ] = ArticleAge.STORED,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    vacuum: Annotated[
        bool,
        typer.Option("--vacuum", help="Give the space back to the disk; others wait meanwhile."),
    ] = False,
) -> None:
    """Do now what `wirewatch run` does once a day: remove old runs, old alerts and the like.

    Articles only if asked.
    """
    settings = load(config)
    chosen_ages = _before(settings, older_than, utc_now())
    if with_articles:
        chosen_ages = replace(chosen_ages, articles_by=age)
        since = f"{chosen_ages.articles:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"articles go that were {age} before {since}", err=True)
    elif age is ArticleAge.PUBLISHED:
        raise Unusable("--age is that of articles: say --articles as well")
    else:
        chosen_ages = replace(chosen_ages, articles=None)
    sources = SourceLoader.of(settings).wires()
    with _store(settings) as database:
        chosen = database.read_now(lambda c: prune_targets(c, chosen_ages, sources))
        if dry_run:
            for what, count in database.read_now(lambda c: count_prunable(c, chosen)).items():
                typer.echo(f"{what}: {count} would go")
            return
        for what, count in prune_store(database, chosen):
            typer.echo(f"{what}: {count} removed")
        if vacuum:
            _vacuum(database)


@contextmanager
def _store(config: Config) -> Iterator[Database]:
    with closing(Database(config.store.url)) as database:
        if not database.is_there:
            raise Unusable(no_store_yet(database))
        try:
            yield database
        except SQLAlchemyError as error:
            raise Unusable(f"{database.label}: {explain_error(error)}") from None


def _before(config: Config, older_than: str, now: datetime) -> RetentionCutoffs:
    if not older_than:
        kept = retention_cutoffs(config, now)
        return replace(kept, articles=kept.articles or now - _ARTICLES)
    since = now - _age(older_than, config)
    return RetentionCutoffs(
        sketches=now - config.stories.window,
        alerts=since,
        runs=since,
        uneventful=since,
        revisions=since,
        observations=min(since, now - least_ages(config)["observations"]),
        conditions=since,
        articles=since,
    )


def _age(given: str, config: Config) -> timedelta:
    if (age := positive_duration(given)) is None:
        raise Unusable(f"--older-than {given!r}: expected a duration such as 90d")
    ages = least_ages(config)
    least = max(ages[key] for key in ("alerts", "runs"))
    if age < least:
        raise Unusable(
            f"--older-than {given}: what is younger than {least.total_seconds() / 86400:g}d is in "
            "use still (stories.window, alerts.max_age)"
        )
    return age


def _named_for_now(database: Database) -> Path:
    store = database.file or Path("wirewatch.dump")
    return store.with_name(f"{store.stem}-{utc_now():%Y%m%dT%H%M%SZ}{store.suffix}")


def _examined(database: Database) -> str:
    words = "file, references and" if database.is_sqlite else "the server answers,"
    return f"{words} tables of revision"


def _vacuum(database: Database) -> None:
    if database.file is None:
        typer.echo("PostgreSQL gives space back by itself (autovacuum)")
        return
    before = database.file.stat().st_size
    database.vacuum()
    typer.echo(f"{_megabytes(before)} before, {_megabytes(database.file.stat().st_size)} now")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
