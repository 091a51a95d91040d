"""Feeds and pages in our own words; every number is a text that resembles no other."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ADJECTIVES = (
    "northern",
    "quiet",
    "early",
    "wooden",
    "annual",
    "shared",
    "distant",
    "modest",
    "narrow",
    "public",
)
_NOUNS = (
    "harbour",
    "orchard",
    "library",
    "railway",
    "bridge",
    "valley",
    "council",
    "market",
    "school",
    "theatre",
)
PLACES = (
    "Arden",
    "Belmore",
    "Caster",
    "Dunwich",
    "Elstow",
    "Farley",
    "Granton",
    "Holme",
    "Ivybridge",
    "Kelby",
)
_VERBS = (
    "opened",
    "repaired",
    "measured",
    "welcomed",
    "painted",
    "surveyed",
    "planted",
    "counted",
    "closed",
    "moved",
)
_COOPERATION = (
    "The CIS Anti-Terrorism Center and the SCO Regional Anti-Terrorist Structure signed an "
    "agreement on cooperation in countering terrorism. Counter-terrorism agencies of the member "
    "states will exchange information on terrorist groups and hold joint exercises. "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry of a feed; `published` now unless told."""

    url: str
    title: str
    published: datetime | None = None
    updated: datetime | None = None


def text(number: int, *, paragraphs: int = 5, places: Sequence[str] = PLACES) -> str:
    """A text of that number, as paragraphs of markup."""
    chance = random.Random(number)  # noqa: S311 - the same text every time
    return "".join(
        "<p>" + " ".join(_sentence(chance, places) for _ in range(5)) + "</p>\n"
        for _ in range(paragraphs)
    )


def _sentence(chance: random.Random, places: Sequence[str]) -> str:
    pick = chance.choice
    return (
        f"The {pick(_ADJECTIVES)} {pick(_NOUNS)} of {pick(places)} {pick(_VERBS)} "
        f"{chance.randrange(2, 999)} {pick(_ADJECTIVES)} {pick(_NOUNS)}s near {pick(places)}."
    )


def page(
    number: int,
    *,
    title: str = "",
    cooperation: bool = False,
    charset: str = "utf-8",
    published: str = "",
    places: Sequence[str] = PLACES,
) -> str:
    """An article page, of now unless told. `cooperation` makes it one that the rules flag.

    Articles of the same `places` may be taken for reports about one event.
    """
    heading = escape(title or title_of(number, places=places))
    now = published or datetime.now(UTC).isoformat(timespec="seconds")
    body = f"<p>{_COOPERATION}</p>\n" if cooperation else ""
    body += text(number, places=places)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="{charset}"><title>{heading}</title>'
        f'<meta property="og:title" content="{heading}">'
        f'<meta property="article:published_time" content="{now}"></head><body>'
        f"<article><h1>{heading}</h1>\n{body}</article></body></html>"
    )


def title_of(number: int, *, places: Sequence[str] = PLACES) -> str:
    chance = random.Random(-number)  # noqa: S311 - the same title every time
    noun, place = chance.choice(_NOUNS), chance.choice(places)
    return f"Notice {number}: {noun} of {place} changes its hours"


def rss(lines: Iterable[Line], *, declared: str = "utf-8") -> str:
    """An RSS feed of these entries."""
    now = datetime.now(UTC)
    items = "".join(
        f"<item><title>{escape(line.title)}</title><link>{escape(line.url)}</link>"
        f"<pubDate>{format_datetime(line.published or now)}</pubDate></item>\n"
        for line in lines
    )
    return (
        f'<?xml version="1.0" encoding="{declared}"?>\n<rss version="2.0"><channel>'
        f"<title>A paper</title><link>http://paper.invalid/</link>{items}</channel></rss>"
    )


def atom(lines: Iterable[Line]) -> str:
    """An Atom feed of these entries, each with its time of update."""
    now = datetime.now(UTC)
    entries = "".join(
        f"<entry><title>{escape(line.title)}</title><id>{escape(line.url)}</id>"
        f'<link rel="alternate" href="{escape(line.url)}"/>'
        f"<updated>{(line.updated or now).isoformat()}</updated></entry>\n"
        for line in lines
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>A paper</title><id>urn:paper</id>{entries}</feed>"
    )
