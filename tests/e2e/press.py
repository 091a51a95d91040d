"""Outlets with a character: each publishes, misbehaves in its own way for a while, and mends.

What an outlet published is known here, and how each page must end.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from crawler.model.conditions import ConditionKind
from crawler.model.urls import canonical_url
from tests.doubles.certificates import self_signed
from tests.e2e import paper
from tests.e2e.wire import HTML, RSS, Reply, Wire

if TYPE_CHECKING:
    import random
    import ssl
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

CHALLENGE = b'<html><head><script src="/cdn-cgi/challenge-platform/x.js"></script></head></html>'
_MOVED = "/moved.xml"


class Mood(StrEnum):
    """What becomes of whoever asks for an outlet's feed."""

    GOOD = "good"
    HANGS = "hangs"
    CUTS = "cuts"
    HALF = "half"  # the text ends half-way, and the length agrees
    HTML = "html"  # a page in the feed's place
    UNCHANGED = "unchanged"  # 304, whatever is asked
    LOOP = "loop"  # a redirect to itself
    MOVED = "moved"  # a redirect to where the feed is
    BUSY = "busy"  # 429, Retry-After
    AWAY = "away"  # 503, Retry-After
    CHALLENGE = "challenge"
    STRANGER = "stranger"  # a certificate that nobody vouches for


#: The condition that is raised of an outlet in each mood, where that lasts.
RAISES = {
    Mood.HANGS: ConditionKind.UNREACHABLE,
    Mood.CUTS: ConditionKind.UNREACHABLE,
    Mood.HTML: ConditionKind.NOT_A_FEED,
    Mood.LOOP: ConditionKind.UNREACHABLE,
    Mood.BUSY: ConditionKind.BLOCKED,
    Mood.AWAY: ConditionKind.UNREACHABLE,
    Mood.CHALLENGE: ConditionKind.BLOCKED,
    Mood.STRANGER: ConditionKind.CERTIFICATE,
}


class Flaw(StrEnum):
    """What is wrong with one page, and what it is rejected for if that does not pass."""

    NONE = ""
    EMPTY = "no-text"
    MISSING = "http-404"
    LOOP = "redirect-loop"
    HANGS = "hangs"  # these pass
    CUT = "cut"
    AWAY = "away"


PASSES = frozenset({Flaw.HANGS, Flaw.CUT, Flaw.AWAY})


def _redirect(path: str) -> Reply:
    return Reply(status=302, headers={"Location": path})


_ANSWERS = {
    Mood.HTML: Reply(body=b"<!DOCTYPE html><html><body><p>Welcome</p></body></html>"),
    Mood.UNCHANGED: Reply(status=304),
    Mood.LOOP: _redirect("/feed.xml"),
    Mood.MOVED: _redirect(_MOVED),
    Mood.BUSY: Reply(status=429, headers={"Retry-After": "90"}),
    Mood.AWAY: Reply(status=503, headers={"Retry-After": "30"}),
    Mood.CHALLENGE: Reply(status=403, body=CHALLENGE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One page of one outlet; `number` is its text's, which a reprint shares."""

    source: str
    url: str
    number: int
    flagged: bool
    flaw: Flaw

    @property
    def rejected_for(self) -> str:
        return "" if self.flaw in PASSES else self.flaw.value


@dataclass(slots=True)
class Outlet:
    """One outlet. `character` is the mood that it falls into."""

    name: str
    wire: Wire
    character: Mood
    mood: Mood = Mood.GOOD
    lines: list[paper.Line] = field(default_factory=list)
    good: dict[str, Reply] = field(default_factory=dict)  # the pages that will be mended
    gates: list[asyncio.Event] = field(default_factory=list)

    def fall_ill(self) -> None:
        self.mood = self.character
        self.show()

    def mend(self) -> None:
        """Everything is as it should be from now on."""
        self.mood = Mood.GOOD
        for path, reply in self.good.items():
            self.wire.put(path, reply)
        self.good.clear()
        self.show()
        for gate in self.gates:
            gate.set()

    def publish(self, number: int, *, flagged: bool, flaw: Flaw, at: datetime) -> Published:
        places = _places(number)
        page = paper.page(number, cooperation=flagged, published=at.isoformat(), places=places)
        path, good = f"/a/{number}", Reply(body=page.encode())
        url = self.wire.put(path, self._page(path, good, flaw))
        if flaw in PASSES:
            self.good[path] = good
        title = paper.title_of(number, places=places)
        self.lines.insert(0, paper.Line(url=url, title=title, published=at))
        self.show()
        return Published(
            source=self.name, url=canonical_url(url), number=number, flagged=flagged, flaw=flaw
        )

    def show(self) -> None:
        """Announce what there is, as the mood wants it."""
        feed = Reply(
            body=paper.rss(self.lines).encode(), content_type=RSS, etag=f'"{len(self.lines)}"'
        )
        self.wire.put(_MOVED, feed)
        self.wire.put("/feed.xml", self._feed(feed))

    def _gate(self) -> asyncio.Event:
        self.gates.append(asyncio.Event())
        return self.gates[-1]

    def _feed(self, feed: Reply) -> Reply:
        match self.mood:
            case Mood.GOOD | Mood.STRANGER:
                return feed
            case Mood.HANGS:
                return Reply(status=503, gate=self._gate())
            case Mood.CUTS:
                return replace(feed, etag="", cut=True)
            case Mood.HALF:
                return replace(feed, etag="", body=feed.body[: len(feed.body) // 2])
        return _ANSWERS[self.mood]

    def _page(self, path: str, good: Reply, flaw: Flaw) -> Reply:
        match flaw:
            case Flaw.EMPTY:
                return Reply(body=b"<html><body></body></html>")
            case Flaw.MISSING:
                return Reply(status=404, body=b"<p>Gone</p>")
            case Flaw.LOOP:
                return _redirect(path)
            case Flaw.HANGS:
                return Reply(status=503, gate=self._gate())
            case Flaw.CUT:
                return Reply(body=good.body, cut=True)
            case Flaw.AWAY:
                return Reply(status=503, content_type=HTML)
        return good


def _places(number: int) -> list[str]:
    """Names that no other number has: its text is of an event of its own."""
    own = "".join("aeiou"[int(digit) % 5] + "bdfgklmnrs"[int(digit)] for digit in str(number))
    return [place + own for place in paper.PLACES]


class Press:
    """All outlets. `async with` it; then publish."""

    def __init__(
        self,
        folder: Path,
        characters: Sequence[Mood],
        chance: random.Random,
        now: Callable[[], datetime],
    ) -> None:
        self.outlets: list[Outlet] = []
        self.published: list[Published] = []
        self.vouched_for = folder / "known" / "server.pem"
        self._folder = folder
        self._characters = characters
        self._chance = chance
        self._now = now
        self._stack = AsyncExitStack()
        self._presented: ssl.SSLContext | None = None
        self._number = 0

    async def __aenter__(self) -> Self:
        for number, character in enumerate(self._characters):
            tls = self._certificates() if character is Mood.STRANGER else None
            wire = Wire(host="127.0.0.1" if tls else f"127.0.2.{number + 1}", tls=tls)
            await self._stack.enter_async_context(wire)
            name = f"{character}_{number}"
            self.outlets.append(Outlet(name=name, wire=wire, character=character))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _certificates(self) -> ssl.SSLContext:
        """Two of them: the first is the one that the program's machine vouches for."""
        self.vouched_for.parent.mkdir()
        self._presented = self_signed(self.vouched_for.parent)
        return self._presented

    @property
    def well(self) -> list[Outlet]:
        """The outlets that nothing ever ails."""
        return [outlet for outlet in self.outlets if outlet.character is Mood.GOOD]

    @property
    def ailments(self) -> set[tuple[str, str]]:
        """What must be said of the outlets in their illness: by name and kind."""
        moody = (outlet for outlet in self.outlets if outlet.character in RAISES)
        return {(outlet.name, RAISES[outlet.character]) for outlet in moody}

    @property
    def requests(self) -> int:
        return sum(len(outlet.wire.log) for outlet in self.outlets)

    # -- what happens --------------------------------------------------------------------------

    def fall_ill(self) -> None:
        for outlet in self.outlets:
            outlet.fall_ill()
        if self._presented is not None:
            unknown = self._folder / "unknown"
            unknown.mkdir(exist_ok=True)
            self_signed(unknown)
            self._presented.load_cert_chain(unknown / "server.pem")

    def mend(self) -> None:
        for outlet in self.outlets:
            outlet.mend()
        if self._presented is not None:
            self._presented.load_cert_chain(self.vouched_for)

    def publish(self) -> None:
        """A story in one outlet or in two; a fifth of them are what the rules look for."""
        self._number += 1
        flagged = self._chance.random() < 1 / 5
        flaw = Flaw.NONE
        if self._chance.random() < 1 / 4:
            flaw = self._chance.choice([flaw for flaw in Flaw if flaw])
        carriers = self._chance.sample(self.outlets, 2 if self._chance.random() < 1 / 4 else 1)
        for outlet in carriers:
            self._put(outlet, flagged=flagged, flaw=flaw)

    def publish_alert(self) -> Published:
        """A story that alerts, in an outlet that is always well."""
        self._number += 1
        return self._put(self.outlets[0], flagged=True, flaw=Flaw.NONE)

    def publish_everywhere(self) -> None:
        """A story of its own in every outlet."""
        for outlet in self.outlets:
            self._number += 1
            self._put(outlet, flagged=False, flaw=Flaw.NONE)

    def _put(self, outlet: Outlet, *, flagged: bool, flaw: Flaw) -> Published:
        shown = outlet.publish(self._number, flagged=flagged, flaw=flaw, at=self._now())
        self.published.append(shown)
        return shown
