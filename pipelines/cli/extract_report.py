"""Report of `wirewatch extract`: an article for a reader or a machine, with its evidence."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from crawler.model.items import Extracted, Instant, Precision, ZoneRule
from pipelines.cli.extract_row import row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

_NOTHING = Extracted(title="", text="")
_ZONES = {
    ZoneRule.STATED: "the value states its zone",
    ZoneRule.SOURCE: "the value states no zone: the source's, else UTC",
    ZoneRule.OVERRIDDEN: "the value's zone is known to be false: the source's",
}
_FORMATS = {
    Precision.DAY: "%Y-%m-%d",
    Precision.MINUTE: "%Y-%m-%d %H:%M",
    Precision.SECOND: "%Y-%m-%d %H:%M:%S",
}


def as_json(
    place: str, url: str, source: str, found: Extracted | None, error: str | None
) -> dict[str, Any]:
    """All of it as one JSON object."""
    known = found or _NOTHING
    return (
        {"input": place, "url": url, "source": source or None}
        | row(found, error=error)
        | {
            "lead": known.lead,
            "canonical_link": known.canonical_link,
            "published": _plain(known.published),
            "modified": _plain(known.modified),
        }
    )


def _plain(instant: Instant | None) -> dict[str, Any] | None:
    if instant is None:
        return None
    return {
        "at": instant.at.isoformat(),
        "local": instant.local.isoformat(),
        "precision": instant.precision.value,
        "zone_rule": instant.zone_rule.value,
        "signal": instant.signal,
        "stated": instant.stated,
        "disagreeing": list(instant.disagreeing),
    }


def render(
    url: str, source: str, found: Extracted | None, error: str | None
) -> Iterator[RenderableType]:
    """All of it for a reader, at any width."""
    known = found or _NOTHING
    yield _clean(known.title or "(no title)", "bold")
    if error:
        yield _clean(f"no article: {error}", "red")
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    facts = {
        "address": url,
        "hints of": source,
        "published": _told(known.published),
        "modified": _told(known.modified),
        "credit": known.credit,
        "dateline": known.dateline,
        "language": known.language,
        "authors": ", ".join(known.authors),
        "canonical": known.canonical_link,
        "lead": known.lead,
    }
    for name, value in facts.items():
        table.add_row(name, _clean(value or "–", "" if value else "dim"))
    yield table
    if known.text:
        yield ""
        paragraphs = known.text.splitlines()
        size = f"{len(paragraphs)} paragraphs, {len(known.text):,} characters"
        yield Text(f"text: {size}", "dim")
        for paragraph in paragraphs:
            yield ""
            yield _clean(paragraph)


def _told(instant: Instant | None) -> str:
    if instant is None:
        return ""
    local = f"{instant.local:{_FORMATS[instant.precision]}}"
    zone = f"{instant.local:%z}"
    zone = f"{zone[:3]}:{zone[3:5]}"
    utc = f"{instant.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    lines = [
        f"{local}  ({zone}; {utc}; to the {instant.precision.value})",
        f"{instant.signal} says {instant.stated!r}; {_ZONES[instant.zone_rule]}",
        *(f"disagrees: {other}" for other in instant.disagreeing),
    ]
    return "\n".join(lines)


def _clean(text: str, style: str = "") -> Text:
    """As Text, for a page may hold what Rich takes for markup; nor may it steer a terminal."""
    return Text("".join(c if c.isprintable() or c == "\n" else " " for c in text), style)
