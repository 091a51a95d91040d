"""Server of outlets on loopback whose feeds change now and then, in a process of its own.

    python -m benchmarks.outlets [--outlets 20] [--chance 0.3]

Each outlet is a host. At every request of its feed there is a `--chance` that a new article has
appeared; otherwise its validators are answered with 304. Prints one JSON list, the outlets'
addresses, when it answers, and serves until it is terminated.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import subprocess
import sys
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING
from urllib.request import urlopen

from aiohttp import web

from benchmarks.heavy import weigh
from benchmarks.prose import write
from crawler.model.clock import utc_now
from replica.chrome import Publication
from replica.layout import render_article
from replica.outlets import OUTLETS
from replica.outlets import outlet as named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from replica.story import Story

LISTED = 20  # entries of a feed
_FLAGGED = (
    "The Anti-Terrorism Center of the CIS and the Regional Anti-Terrorist Structure of the SCO "
    "signed an agreement on cooperation in countering terrorism: their counter-terrorism agencies "
    "will exchange what they know of terrorist groups, and hold joint exercises."
)
_MADE_AT_ONCE = 500  # stories
_CONFIG = """enabled = []
[store]
url = "sqlite:///{folder}/bench.db"
[[channel]]
name = "journal"
kind = "jsonl"
target = "{folder}/alerts.jsonl"
"""
_SOURCE = """
[[source]]
name = "outlet_{number}"
feeds = ["{base}/feed.xml"]
languages = ["en", "ru"]
interval = "{interval}"
"""


def configuration(folder: str, bases: Sequence[str], *, interval: str, tables: str) -> str:
    """A wirewatch.toml that polls each of these outlets so often; `tables` are those besides."""
    sources = (
        _SOURCE.format(number=number, base=base, interval=interval)
        for number, base in enumerate(bases)
    )
    return _CONFIG.format(folder=folder) + tables + "".join(sources)


class Fate(StrEnum):
    """What becomes of an article, by what its outlet does with it."""

    NEWS = "news"
    FLAGGED = "flagged"
    REPRINT = "reprint"
    EMPTY = "empty"  # rejected
    GONE = "gone"  # rejected, too
    LATE = "late"  # fails at first


_SHARES = {
    Fate.NEWS: 68,
    Fate.FLAGGED: 5,
    Fate.REPRINT: 15,
    Fate.EMPTY: 4,
    Fate.GONE: 4,
    Fate.LATE: 4,
}


@dataclass(slots=True)
class Piece:
    """One article in one outlet."""

    path: str
    story: Story
    fate: Fate
    at: datetime
    asked: int = 0


@dataclass(slots=True)
class Host:
    """One outlet: what it published, newest first."""

    base: str
    pieces: dict[str, Piece] = field(default_factory=dict)
    listed: deque[Piece] = field(default_factory=lambda: deque(maxlen=LISTED))


class Outlets:
    """All of them; what they do is the same at every run, request by request."""

    def __init__(self, *, chance: float, page_bytes: int) -> None:
        self.hosts: dict[str, Host] = {}
        self.counts: Counter[str] = Counter()
        self._chance = chance
        self._page_bytes = page_bytes
        self._dice = random.Random(1)
        self._stories = self._write()
        self._told: deque[Story] = deque(maxlen=LISTED)
        self._number = 0

    async def feed(self, request: web.Request) -> web.Response:
        host = self.hosts[request.host]
        if not host.listed or self._dice.random() < self._chance:
            self._publish(host)
        tag = f'"{len(host.pieces)}"'
        if request.headers.get("If-None-Match") == tag:
            self.counts["304"] += 1
            return web.Response(status=304, headers={"ETag": tag})
        self.counts["feeds"] += 1
        body = _rss(host)
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": tag})

    async def page(self, request: web.Request) -> web.Response:
        self.counts["pages"] += 1
        piece = self.hosts[request.host].pieces.get(request.path)
        if piece is None or piece.fate is Fate.GONE:
            return web.Response(status=404, text="<p>Not here</p>", content_type="text/html")
        piece.asked += 1
        if piece.fate is Fate.LATE and piece.asked <= 2:  # a crawler asks twice at once
            return web.Response(status=503, headers={"Retry-After": "1"})
        if piece.fate is Fate.EMPTY:
            return web.Response(text="<html><body></body></html>", content_type="text/html")
        home = named(piece.story.outlet)
        return web.Response(body=self._page(piece), headers={"Content-Type": _html(home.charset)})

    async def told(self, _: web.Request) -> web.Response:
        counts = dict(self.counts)
        self.counts.clear()
        return web.json_response(counts)

    # -- what they publish ---------------------------------------------------------------------

    def _write(self) -> Iterator[Story]:
        seed = 10
        while True:
            yield from write(_MADE_AT_ONCE, seed=seed)
            seed += 1

    def _publish(self, host: Host) -> None:
        fate = self._dice.choices(list(_SHARES), weights=list(_SHARES.values()))[0]
        if fate is Fate.REPRINT and self._told:
            story = self._dice.choice(self._told)
        else:
            story = next(self._stories)
            if fate is Fate.FLAGGED:
                english = next(outlet for outlet in OUTLETS if outlet.language == "en").name
                paragraphs = (_FLAGGED, *story.paragraphs[1:])
                story = replace(story, language="en", outlet=english, paragraphs=paragraphs)
            if fate in {Fate.NEWS, Fate.FLAGGED}:
                self._told.append(story)
        self._number += 1
        self.counts[f"published: {fate}"] += 1
        piece = Piece(f"/news/{self._number}", story, fate, utc_now() - timedelta(minutes=1))
        host.pieces[piece.path] = piece
        host.listed.appendleft(piece)

    def _page(self, piece: Piece) -> bytes:
        story, at = piece.story, piece.at
        home = named(story.outlet)
        shown = Publication(
            story=story, url=f"http://outlet.invalid{piece.path}", at=at, written=at, modified=at
        )
        page = render_article(shown, home, today=at, others=()).decode(home.charset)
        teasers = [piece.paragraphs[0] for piece in self._told] or [story.title]
        heavy = weigh(page, self._page_bytes, teasers=teasers, seed=self._number)
        return heavy.encode(home.charset, errors="xmlcharrefreplace")


def _html(charset: str) -> str:
    return f"text/html; charset={charset}"


def _rss(host: Host) -> str:
    items = "".join(
        f"<item><title>{escape(piece.story.title)}</title>"
        f"<link>{host.base}{piece.path}</link><pubDate>{format_datetime(piece.at)}</pubDate></item>"
        for piece in host.listed
    )
    head = f"<title>Outlet</title><link>{host.base}/</link>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


async def serve(count: int, *, chance: float, page_bytes: int) -> None:
    outlets = Outlets(chance=chance, page_bytes=page_bytes)

    async def robots(_: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nAllow: /\n")

    app = web.Application()
    app.add_routes(
        [
            web.get("/robots.txt", robots),
            web.get("/counts", outlets.told),
            web.get("/feed.xml", outlets.feed),
            web.get("/news/{number}", outlets.page),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    for number in range(count):
        await web.TCPSite(runner, f"127.0.1.{number + 1}", 0, backlog=256).start()
    names = [f"{address[0]}:{address[1]}" for address in runner.addresses]
    outlets.hosts = {name: Host(f"http://{name}") for name in names}
    print(json.dumps([f"http://{name}" for name in names]), flush=True)
    await asyncio.Event().wait()


@contextlib.contextmanager
def outlets(count: int, *, chance: float, page_bytes: int = 254_000) -> Iterator[Sequence[str]]:
    """The process; yields the outlets' addresses. Each has a /feed.xml."""
    asked = ["--outlets", str(count), "--chance", str(chance), "--page-bytes", str(page_bytes)]
    command = [sys.executable, "-m", "benchmarks.outlets", *asked]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)


def counts(base: str) -> dict[str, int]:
    """What was published and answered since the last time that somebody asked."""
    with urlopen(f"{base}/counts") as answer:  # noqa: S310 - our own server
        told: dict[str, int] = json.loads(answer.read())
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--outlets", type=int, default=20)
    parser.add_argument("--chance", type=float, default=0.3)
    parser.add_argument("--page-bytes", type=int, default=254_000)
    asked = parser.parse_args()
    asyncio.run(serve(asked.outlets, chance=asked.chance, page_bytes=asked.page_bytes))


if __name__ == "__main__":
    main()
