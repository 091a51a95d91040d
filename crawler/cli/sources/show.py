"""Details of one source: its declaration, and what the store knows of it."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.text import Text

from crawler.cli.sources.catalogue import entry_as_dict
from crawler.cli.tables import plain_table
from crawler.config.source import Source
from crawler.health.baseline.norm_cache import learn_source_norms, start_of_hour
from crawler.health.reports import condition_report
from crawler.storage.health import condition_log
from crawler.storage.health.source_stats import Record, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from crawler.cli.sources.catalogue import CatalogueEntry
    from crawler.runtime.services import Services

_NEWEST = 5  # conditions that are shown


def declaration(source: Source) -> dict[str, Any]:
    """Every word that a source can say of itself, as this one says it."""
    return {word: _plain(said) for word, said in source.model_dump(exclude={"name"}).items()}


async def source_as_dict(
    services: Services, line: CatalogueEntry, *, now: datetime
) -> dict[str, Any]:
    """The source for machines. Creates no store."""
    held, known_of_it, newest = Record(), learn_source_norms((), start_of_hour(now)), []
    if services.store.is_there:
        held = await services.database.read(lambda connection: record(connection, line.source.name))
        known_of_it = await condition_report.load_norm(services, line.source.name, now=now)
        newest = await services.database.read(
            lambda connection: condition_log.history(
                connection, source=line.source.name, limit=_NEWEST
            )
        )
    known = {row["url"]: row for row in held.documents}
    asked = dict.fromkeys((*line.source.documents(), *known))
    return {
        **entry_as_dict(line),
        "norm": condition_report.norm_as_dict(known_of_it),
        "newest_conditions": [one.to_json() for one in newest],
        "declaration": declaration(line.source),
        "documents": [{"url": url, **_plain(known.get(url, {}))} for url in asked],
        "runs": [_plain(asdict(run)) for run in held.runs],
        "pages": dict(held.pages),
        "rejected": dict(held.rejected),
        "flagged": held.flagged,
    }


def source_lines(shown: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Details for people; what the source does not declare is left out."""
    yield Text(f"{shown['name']}: {shown['outlet']}", style="bold")
    table = plain_table("", "")
    table.show_header = False
    table.columns[0].no_wrap = True
    table.columns[1].overflow = "fold"
    for word, said in _words(shown):
        table.add_row(Text(word, style="dim"), Text(said))
    yield table


def _words(shown: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "enabled", "yes" if shown["enabled"] else "no"
    yield "health", shown["health"]["said"]
    if shown["newest_conditions"]:
        yield "conditions", "\n".join(condition_report.condition_lines(shown["newest_conditions"]))
    yield "norm", condition_report.norm_as_text(shown["norm"])
    yield "polled", f"every {shown['every']}" if " " not in shown["every"] else shown["every"]
    left_out = {"title", "interval", "cron"}
    for word, value in shown["declaration"].items():
        if word == "kind" or (value and word not in left_out and value != _plain(_unsaid(word))):
            yield word.replace("_", " "), _in_lines(value)
    yield "articles", f"{shown['articles']} stored, {shown['flagged']} flagged"
    if shown["newest_article"]:
        yield "newest article", _minute(shown["newest_article"])
    if shown["pages"]:
        yield "pages", ", ".join(f"{count} {state}" for state, count in shown["pages"].items())
    if shown["rejected"]:
        yield "rejected", "\n".join(f"{n} {why}" for why, n in shown["rejected"].items())
    for document in shown["documents"]:
        yield "document", "\n".join((document["url"], *_of_document(document)))
    for run in shown["runs"]:
        counts = ", ".join(f"{count} {key}" for key, count in sorted(run["counts"].items()))
        said = (_minute(run["started_at"] or run["planned_at"]), run["outcome"], counts)
        yield "run", "; ".join(filter(None, (*said, run["reason"])))


def _unsaid(word: str) -> Any:
    """What a source means that does not declare this."""
    return getattr(Source, word, None)


def _of_document(document: Mapping[str, Any]) -> Iterator[str]:
    if "failures" not in document:
        yield "  never asked"
        return
    kept = [what for what in ("etag", "last_modified") if document[what]]
    validators = f"asked conditionally by {' and '.join(kept)}" if kept else "asked in full"
    read = f"read {_minute(document['fetched_at'])}" if document["fetched_at"] else "never read"
    yield f"  {read}; {validators.replace('_', '-')}"
    if document["failures"]:
        yield f"  failed {document['failures']} times: {document['error']}"
    if document["not_before"]:
        yield f"  not asked before {_minute(document['not_before'])}"


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC"


def _in_lines(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(
            f"{key}: {_in_lines(item)}" for key, item in value.items() if item and item != 1
        )
    if isinstance(value, list):
        short = all(isinstance(item, str) and len(item) < 20 for item in value)
        return (", " if short else "\n").join(_in_lines(item) for item in value)
    return "yes" if value is True else str(value)


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
