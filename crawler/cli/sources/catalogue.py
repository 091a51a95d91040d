"""Catalogue of sources, a line each: what it is, how it is polled, and how it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text

from crawler.cli.tables import plain_table
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.health.source_summary import State
from crawler.health.status_reader import StatusReader
from crawler.storage.health.source_stats import stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from rich.table import Table

    from crawler.config.source import Source
    from crawler.health.status_report import SourceStatus
    from crawler.runtime.services import Services

_STYLE = {
    State.FAILING: "bold red",
    State.AILING: "bold red",
    State.SILENT: "yellow",
    State.PARTLY: "yellow",
}
_LANGUAGES = 2  # that are shown; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One source: its declaration, how it does, and how many of its articles are stored."""

    source: Source
    enabled: bool
    every: str
    status: SourceStatus
    articles: int


async def list_entries(services: Services, *, now: datetime) -> list[CatalogueEntry]:
    """Every source, by name. Creates no store."""
    loader = SourceLoader.of(services.config)
    enabled = {source.name for source in loader.enabled(services.config)}
    sources = [source for _, source in sorted(loader.wires().items())]
    articles: Mapping[str, int] = {}
    if services.store.is_there:
        articles = await services.database.read(stored)
    report = await StatusReader(services, sources).read(now)
    return [
        CatalogueEntry(
            source=source,
            enabled=source.name in enabled,
            every=rhythm(source, services.config.crawl.interval),
            status=status,
            articles=articles.get(source.name, 0),
        )
        for source, status in zip(sources, report.sources, strict=True)
    ]


def ways(source: Source) -> tuple[str, ...]:
    """How the source says what is new."""
    found = {
        "feed": source.feeds,
        "sitemap": source.sitemaps,
        "listing": source.listings,
        "json": source.json_lists,
        "home": source.home,
    }
    return tuple(way for way, declared in found.items() if declared)


def rhythm(source: Source, default: timedelta) -> str:
    """How often it is polled: its cron expression, or an interval such as "5m"."""
    if source.cron:
        return source.cron
    minutes, seconds = divmod(int((source.interval or default).total_seconds()), 60)
    if seconds:
        return f"{minutes * 60 + seconds}s"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def entries_table(shown: Iterable[CatalogueEntry]) -> Table:
    """The lines as a table that an eighty-column terminal holds."""
    table = plain_table(
        "source", "outlet", "in", "languages", "kind", "by", "every", "on", "health"
    )
    table.columns[0].no_wrap = True
    table.columns[1].overflow = "fold"
    for line in shown:
        source, health = line.source, line.status.health
        idle = health.state is State.NEVER and not line.enabled
        table.add_row(
            source.name,
            Text(source.title),
            source.country,
            _some(source.languages),
            "body" if source.kind == "institution" else source.kind,
            " ".join(ways(source)),
            line.every,
            "yes" if line.enabled else "no",
            Text("-" if idle else health.said, style=_STYLE.get(health.state, "")),
        )
    return table


def _some(languages: Sequence[str]) -> str:
    more = len(languages) - _LANGUAGES
    return " ".join((*languages[:_LANGUAGES], *([f"+{more}"] if more > 0 else [])))


def entry_as_dict(line: CatalogueEntry) -> dict[str, Any]:
    """One line for machines; times are ISO 8601 in UTC."""
    source, status = line.source, line.status
    last, newest = status.last, status.newest
    return {
        "name": source.name,
        "outlet": source.title,
        "country": source.country,
        "languages": source.languages,
        "kind": source.kind,
        "packs": source.packs,
        "discovery": ways(source),
        "every": line.every,
        "enabled": line.enabled,
        "unproven": source.unproven,
        "health": status.health.to_json(),
        "conditions": [one.to_json() for one in status.conditions],
        "last_run": last.started_at.isoformat() if last and last.started_at else None,
        "newest_article": newest.isoformat() if newest else None,
        "articles": line.articles,
    }
