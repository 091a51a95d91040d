"""A site with a past: day pages, a WordPress, a paged feed and listing, all on loopback and real.

Every article says the same number in its address, its title and its text; each day has so many.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Self

from aiohttp import web

from tests.doubles.http_server import Serving
from tests.e2e import paper

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SINCE = date(2019, 9, 1)
A_DAY = 3
A_PAGE = 2  # articles of one page of a listing
COOPERATION = 7  # this article is flagged


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """One article of the past."""

    number: int
    at: datetime
    cooperation: bool = False  # the rules flag it

    @property
    def path(self) -> str:
        return f"/news/{self.number}"

    @property
    def html(self) -> str:
        return paper.page(
            self.number,
            cooperation=self.cooperation or self.number == COOPERATION,
            published=self.at.isoformat(),
        )


def articles(days: int, *, since: date = SINCE) -> list[Old]:
    """So many days of articles, the oldest first."""
    first = datetime(since.year, since.month, since.day, 9, tzinfo=UTC)
    return [
        Old(number=day * A_DAY + number, at=first + timedelta(days=day, hours=number))
        for day in range(days)
        for number in range(A_DAY)
    ]


class Past:
    """`async with` it. `broken` maps a path to the status that it answers instead, so often."""

    def __init__(self, old: list[Old]) -> None:
        self.old = {one.number: one for one in old}
        self.asked: Counter[str] = Counter()
        self.log: list[str] = []
        self.broken: dict[str, list[int]] = {}
        self.headers: Mapping[str, str] = {}
        self.base = ""
        self._serving: Serving | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._noted])
        app.router.add_get("/news/{number}", self._article)
        app.router.add_get("/day/{day}", self._day)
        app.router.add_get("/list/{page}", self._listing)
        app.router.add_get("/feed", self._feed)
        app.router.add_get("/sitemap-{month}.xml", self._sitemap)
        app.router.add_get("/wp-json/wp/v2/posts", self._posts)
        self._serving = await Serving.start(app)
        self.base = self._serving.base
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._serving is not None:
            await self._serving.stop()

    @property
    def fetched(self) -> dict[str, int]:
        """How often each article was fetched."""
        return {path: n for path, n in self.asked.items() if path.startswith("/news/")}

    def source(self, **settings: object) -> dict[str, object]:
        """The [[source]] of this site."""
        return {
            "name": "past",
            "feeds": [f"{self.base}/feed"],
            "article_urls": r"^http://127\.0\.0\.1:\d+/news/\d+$",
            **settings,
        }

    # -- what it answers -----------------------------------------------------------------------

    @web.middleware
    async def _noted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked[request.path] += 1
        self.log.append(request.path_qs)
        if statuses := self.broken.get(request.path):
            return web.Response(status=statuses.pop(0), text="broken", headers=self.headers)
        response: web.StreamResponse = await handler(request)
        return response

    async def _article(self, request: web.Request) -> web.Response:
        old = self.old.get(int(request.match_info["number"]))
        if old is None:
            raise web.HTTPNotFound
        return _html(old.html)

    async def _day(self, request: web.Request) -> web.Response:
        day = date.fromisoformat(request.match_info["day"])
        found = [old for old in self.old.values() if old.at.date() == day]
        if not found:
            raise web.HTTPNotFound
        return _html(_links(found))

    async def _listing(self, request: web.Request) -> web.Response:
        """Newest first; past the end it repeats the last page, as Bitrix does."""
        newest = sorted(self.old.values(), key=lambda old: old.at, reverse=True)
        last = (len(newest) - 1) // A_PAGE
        page = min(int(request.match_info["page"]) - 1, last)
        return _html(_links(newest[page * A_PAGE : (page + 1) * A_PAGE]))

    async def _feed(self, request: web.Request) -> web.Response:
        """Paged as WordPress does it (404 past the end), and linked as RFC 5005 has it."""
        newest = sorted(self.old.values(), key=lambda old: old.at, reverse=True)
        page = int(request.query.get("paged", "1"))
        shown = newest[(page - 1) * 5 : page * 5]
        if not shown:
            raise web.HTTPNotFound
        items = "".join(
            f"<item><title>Notice {old.number}</title><link>{self.base}{old.path}</link>"
            f"<pubDate>{format_datetime(old.at)}</pubDate></item>"
            for old in shown
        )
        older = f'<atom:link rel="next" href="/feed?paged={page + 1}"/>'
        return web.Response(
            content_type="application/rss+xml",
            text='<?xml version="1.0"?><rss version="2.0" '
            'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Past</title>'
            f"{older if page * 5 < len(newest) else ''}{items}</channel></rss>",
        )

    async def _sitemap(self, request: web.Request) -> web.Response:
        urls = "".join(
            f"<url><loc>{self.base}{old.path}</loc><lastmod>{old.at.isoformat()}</lastmod></url>"
            for old in self.old.values()
            if f"{old.at:%Y-%m}" == request.match_info["month"]
        )
        return web.Response(
            content_type="application/xml",
            text='<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"{urls}</urlset>",
        )

    async def _posts(self, request: web.Request) -> web.Response:
        """As WordPress answers: bounds are exclusive, a page beyond the last is an error."""
        query = request.query
        bounds = [datetime.fromisoformat(query[key]) for key in ("after", "before")]
        after, before = (bound.replace(tzinfo=UTC) for bound in bounds)
        found = [old for old in self.old.values() if after < old.at < before]
        size, page = 4, int(query["page"])
        pages = -(-len(found) // size)
        if page > 1 and page > pages:
            return web.json_response({"code": "rest_post_invalid_page_number"}, status=400)
        posts = [
            {
                "link": self.base + old.path,
                "date_gmt": f"{old.at:%Y-%m-%dT%H:%M:%S}",
                "modified_gmt": f"{old.at:%Y-%m-%dT%H:%M:%S}",
                "title": {"rendered": f"Notice {old.number} &#8211; hours"},
                "excerpt": {"rendered": "<p>Hours.</p>"},
            }
            for old in found[(page - 1) * size : page * size]
        ]
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
        return web.json_response(posts, headers=headers)


def _links(shown: list[Old]) -> str:
    items = "".join(f'<li><a href="{old.path}">Notice {old.number}</a></li>' for old in shown)
    return f'<html><body><a href="/about">About</a><ul>{items}</ul></body></html>'


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


def numbers(urls: list[str]) -> list[int]:
    """The numbers of these addresses, in order."""
    return sorted(int(found[1]) for url in urls if (found := re.search(r"/news/(\d+)$", url)))
