"""HTTP server of one outlet on loopback, which publishes and revises while it is read."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from aiohttp import web

from crawler.model.exceptions import Unusable
from replica import feeds, layout
from replica.chrome import Publication
from replica.document import ATOM, HTML, RSS, TEXT, XML, ServedDocument
from replica.story import Quirk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.model.clock import Clock
    from replica.outlets import ReplicaOutlet
    from replica.story import Story

HOST = "127.0.0.1"
TEASERS = 12
LOG_LENGTH = 100_000
_MOVED = "/moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line of the request log."""

    path: str  # with its query
    status: int
    conditional: bool
    agent: str = field(repr=False)


class WireSite:
    """One outlet's server. `publish` and `revise` take effect with the next request.

    `port` 0 is any free one. `page_bytes` pads article pages to a weight; 0 leaves them as
    they are (20 to 60 kB).
    """

    def __init__(
        self,
        outlet: ReplicaOutlet,
        *,
        clock: Clock,
        port: int = 0,
        crawl_delay: float | None = None,
        page_bytes: int = 0,
    ) -> None:
        self.outlet = outlet
        self.log: deque[Request] = deque(maxlen=LOG_LENGTH)
        self._clock = clock
        self._port = port
        self._crawl_delay = crawl_delay
        self._page_bytes = page_bytes
        self._runner: web.AppRunner | None = None
        self._shown: dict[str, Publication] = {}  # by path
        self._paths: dict[str, str] = {}  # story id -> path
        self._beside: dict[str, tuple[Publication, ...]] = {}  # by path: teasers of that page
        self._cache: dict[str, ServedDocument] = {}
        self._changed_at = clock()

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`. Known once the port is: before `start` only for a given one."""
        if not self._port:
            raise RuntimeError(f"{self.outlet.name} has no address yet: start() it first")
        return f"http://{HOST}:{self._port}"

    @property
    def publications(self) -> tuple[Publication, ...]:
        """What is published, newest first."""
        return tuple(sorted(self._shown.values(), key=lambda p: p.at, reverse=True))

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self._port, backlog=512).start()
        except OSError as error:
            await runner.cleanup()
            raise Unusable(
                f"port {self._port} on {HOST} cannot be used ({error.strerror}); "
                "give another one, or 0 for any that is free"
            ) from None
        self._runner = runner
        self._port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def publish(
        self, story: Story, *, at: datetime | None = None, written: datetime | None = None
    ) -> Publication:
        """Put a story on the site as of `at` (now), with the dateline of `written` (`at`)."""
        at = at or self._clock()
        path = self.outlet.path_of(story.id, story.section, at)
        if path in self._shown:
            raise ValueError(f"{path} is published already; revise() it")
        # A page keeps the teasers of its first day: its ETag changes when it does, not before.
        self._beside[path] = tuple(islice(self.publications, TEASERS))
        shown = Publication(
            story=story, url=self.base_url + path, at=at, written=written or at, modified=at
        )
        self._paths[story.id] = path
        return self._show(path, shown)

    def revise(
        self, story_id: str, *, title: str | None = None, paragraphs: Sequence[str] | None = None
    ) -> Publication:
        """Change what a published story says, under its own address; KeyError if there is none."""
        path = self._paths[story_id]
        shown = self._shown[path]
        story = replace(
            shown.story,
            title=title or shown.story.title,
            paragraphs=tuple(paragraphs or shown.story.paragraphs),
        )
        return self._show(path, replace(shown, story=story, modified=self._clock()))

    def requests(self, path: str) -> list[Request]:
        """The log lines of one path, whatever its query."""
        return [line for line in self.log if line.path.split("?")[0] == path]

    def _show(self, path: str, shown: Publication) -> Publication:
        self._shown[path] = shown
        self._changed_at = self._clock()
        kept = {p: d for p, d in self._cache.items() if p in self._shown and p != path}
        self._cache = kept  # every index is stale, other pages are not
        return shown

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        answer = self._answer(request)
        headers = request.headers
        self.log.append(
            Request(
                path=request.path_qs,
                status=answer.status,
                conditional="If-None-Match" in headers or "If-Modified-Since" in headers,
                agent=headers.get("User-Agent", ""),
            )
        )
        # aiohttp answers without yielding; several connections are served in turns.
        await asyncio.sleep(0)
        return answer

    def _answer(self, request: web.Request) -> web.Response:
        path = request.path
        shown = self._shown.get(path.removesuffix(_MOVED))
        quirk = shown.story.quirk if shown else Quirk.NONE
        if shown and quirk is Quirk.LOOP:
            target = path.removesuffix(_MOVED) if path.endswith(_MOVED) else path + _MOVED
            return web.Response(status=302, headers={"Location": target})
        if quirk is Quirk.EMPTY:
            return web.Response(body=b"", headers={"Content-Type": HTML})
        number = request.query.get("page", "1") if path == "/listing" else ""
        key = f"{path}?page={number}" if number else path
        document = self._cache.get(key)
        if document is None:
            document = self._render(path, number)
            if document is None or quirk is Quirk.MISSING:
                return web.Response(status=404, text="Not found")
            self._cache[key] = document
        return document.answer(request.headers)

    def _render(self, path: str, number: str) -> ServedDocument | None:
        outlet, now = self.outlet, self._clock()
        if shown := self._shown.get(path):
            page = layout.render_article(
                shown,
                outlet,
                today=now,
                others=self._beside[path],
                page_bytes=self._page_bytes,
            )
            return ServedDocument.of(page, f"{HTML}; charset={outlet.charset}", shown.modified)
        if number:
            return self._listing(number, now)
        if path in {"/", "/search"}:
            page = feeds.listing(outlet, self.publications, 1, today=now)
            return ServedDocument.of(page, f"{HTML}; charset={outlet.charset}", self._changed_at)
        return self._feed(path, now)

    def _listing(self, number: str, now: datetime) -> ServedDocument | None:
        shown = self.publications
        if not number.isdecimal() or not 1 <= int(number) <= feeds.pages(shown):
            return None
        page = feeds.listing(self.outlet, shown, int(number), today=now)
        return ServedDocument.of(page, f"{HTML}; charset={self.outlet.charset}", self._changed_at)

    def _feed(self, path: str, now: datetime) -> ServedDocument | None:
        outlet, base = self.outlet, self.base_url
        if path == "/robots.txt":
            text, kind = feeds.robots(base, self._crawl_delay), TEXT
        elif path == "/rss.xml":
            text, kind = feeds.rss(outlet, self.publications, base), RSS
        elif path == "/atom.xml":
            text, kind = feeds.atom(outlet, self.publications, base), ATOM
        elif path == "/news-sitemap.xml":
            text, kind = feeds.news_sitemap(outlet, self.publications, now=now), XML
        else:
            return None
        return ServedDocument.of(text.encode(), kind, self._changed_at)
