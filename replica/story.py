"""Stories of the replica, read from the TOML files beside this module; each says what it is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from replica.dates import day, weekday
from replica.outlets import outlet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

OLD_MINUTES = 48 * 60  # the age policy that the demo runs with
_FIELDS = frozenset(
    [
        "id",
        "kind",
        "title",
        "text",
        "section",
        "place",
        "author",
        "minutes_ago",
        "live",
        "language",
        "quirk",
        "dateline",
        "reprint_of",
        "revises",
        "edits",
        "drop",
        "closing",
    ]
)


class StoryKind(StrEnum):
    """What a story is about, or what it is to another one."""

    COOPERATION = "cooperation"
    ATTACK = "attack"
    ARREST = "arrest"
    SUMMIT = "summit"
    OTHER = "other"
    REPRINT = "reprint"
    REVISION = "revision"
    BROKEN = "broken"


class Quirk(StrEnum):
    """What is wrong with the page of a story."""

    NONE = ""
    FUTURE_DATE = "future-date"  # its metadata lies three days ahead; the printed date is right
    EMPTY = "empty"  # 200 and not one byte
    MISSING = "missing"  # announced, and 404
    LOOP = "loop"  # redirects that never end


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One text of one outlet. `live` is its turn while a demo runs; None is the archive.

    Paragraphs hold `{date}` and `{weekday}`, filled in from the instant the text was written.
    `dateline` names the outlet whose dateline and way with dates the text keeps.
    """

    id: str
    outlet: str
    kind: StoryKind
    language: str
    title: str
    paragraphs: tuple[str, ...] = field(repr=False)
    section: str = ""
    place: str = ""
    author: str = ""
    minutes_ago: int = 0
    live: int | None = None
    reprint_of: str = ""
    revises: str = ""
    quirk: Quirk = Quirk.NONE
    dateline: str = ""

    @property
    def expects_alert(self) -> bool:
        """Published while we watch, about cooperation, fresh, and nobody's reprint."""
        return (
            self.live is not None
            and self.kind is StoryKind.COOPERATION
            and self.minutes_ago < OLD_MINUTES
        )

    def text(self, written: datetime) -> tuple[str, ...]:
        """The paragraphs as printed, the dateline of `written` before the first."""
        writer = outlet(self.dateline or self.outlet)
        local = writer.local(written)
        filled = [
            paragraph.replace("{date}", day(local, writer.day_style)).replace(
                "{weekday}", weekday(local, self.language)
            )
            for paragraph in self.paragraphs
        ]
        if filled:
            filled[0] = writer.opening(self.place, written) + filled[0]
        return tuple(filled)


def load_stories() -> tuple[Story, ...]:
    """Every story, the archive first and then the live ones in their order."""
    rows: list[tuple[str, Mapping[str, Any]]] = []
    for file in sorted(files("replica").joinpath("stories").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            rows += [(name, row) for row in tomllib.loads(file.read_text("utf-8"))["story"]]
    stories: dict[str, Story] = {}
    # A text that derives from another is read after it.
    for name, row in sorted(rows, key=lambda pair: "text" not in pair[1]):
        story = _story(name, row, stories)
        if story.id in stories:
            raise ValueError(f"two stories are called {story.id}")
        stories[story.id] = story
    return tuple(
        sorted(stories.values(), key=lambda s: (s.live or 0, -s.minutes_ago, s.outlet, s.id))
    )


def _story(name: str, row: Mapping[str, Any], known: Mapping[str, Story]) -> Story:
    if unknown := row.keys() - _FIELDS:
        raise ValueError(f"{name}.toml: {row['id']}: unknown fields {sorted(unknown)}")
    source = row.get("reprint_of") or row.get("revises")
    origin = known[source] if source else None
    if origin is None:
        paragraphs = _paragraphs(row.get("text", ""))
    else:
        paragraphs = _edited(row, origin.paragraphs)
    return Story(
        id=row["id"],
        outlet=name,
        kind=StoryKind(row["kind"]),
        language=row.get("language") or (origin.language if origin else outlet(name).language),
        title=row["title"],
        paragraphs=paragraphs,
        section=row.get("section", ""),
        place=row.get("place", origin.place if origin else ""),
        author=row.get("author", ""),
        minutes_ago=row.get("minutes_ago", 0),
        live=row.get("live"),
        reprint_of=row.get("reprint_of", ""),
        revises=row.get("revises", ""),
        quirk=Quirk(row.get("quirk", "")),
        dateline=row.get("dateline", origin.dateline if origin else name),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(block.split()) for block in text.split("\n\n") if block.strip())


def _edited(row: Mapping[str, Any], original: Sequence[str]) -> tuple[str, ...]:
    """The original with its edits made; an edit that finds nothing to change is an error."""
    text = "\n\n".join(
        paragraph
        for number, paragraph in enumerate(original, start=1)
        if number not in row.get("drop", ())
    )
    for old, new in row.get("edits", ()):
        if old not in text:
            raise ValueError(f"{row['id']}: nothing to edit at {old!r}")
        text = text.replace(old, new, 1)
    return (*_paragraphs(text), *_paragraphs(row.get("closing", "")))
