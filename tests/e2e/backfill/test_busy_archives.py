"""Archives are asked as they wish: one question at a time, with pauses, and patience when busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from aiohttp import web

from crawler.model.clock import utc_now
from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.schema import leases
from tests.doubles.http_server import Serving
from tests.e2e.backfill.past import A_DAY, Past
from tests.e2e.backfill.test_own_archive import WANTED, fill, jobs, stored

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.desk import Desk

MOST = 250


class Gdelt:
    """Answers as GDELT's DOC interface does: by windows, 250 rows at most, errors as text."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.windows: list[tuple[str, str]] = []
        self.first: list[web.Response] = []  # what it answers before it is well
        self.busy = 0
        self.together = 0
        self.base = ""
        self.serving: Serving | None = None

    async def open(self) -> None:
        app = web.Application()
        app.router.add_get("/doc", self._answer)
        self.serving = await Serving.start(app)
        self.base = self.serving.base

    async def _answer(self, request: web.Request) -> web.Response:
        self.together += 1
        self.busy = max(self.busy, self.together)
        try:
            return self._rows(request)
        finally:
            self.together -= 1

    def _rows(self, request: web.Request) -> web.Response:
        if self.first:
            return self.first.pop(0)
        query = request.query
        begins, ends = query["startdatetime"], query["enddatetime"]
        self.windows.append((begins, ends))
        found = [
            {"url": self.past.base + old.path, "seendate": f"{old.at:%Y%m%dT%H%M%SZ}"}
            for old in self.past.old.values()
            if begins <= f"{old.at:%Y%m%d%H%M%S}" < ends
        ]
        # As if the day were full of other pages of the domain.
        if ends[:8] > begins[:8]:
            found += [{"url": f"{self.past.base}/photo/{n}"} for n in range(MOST)]
        return web.json_response({"articles": found[:MOST]} if found else {})


@pytest.fixture
async def gdelt(past: Past) -> AsyncIterator[Gdelt]:
    opened = Gdelt(past)
    await opened.open()
    yield opened
    assert opened.serving is not None
    await opened.serving.stop()


def configured(desk: Desk, gdelt: Gdelt, **more: object) -> None:
    asked = {"gdelt": f"{gdelt.base}/doc", "pause": 0, "patience": 0, **more}
    desk.configure(gdelt.past.source(), backfill=asked)


async def test_a_window_that_is_full_is_cut_in_two_until_it_is_not(
    desk: Desk, gdelt: Gdelt
) -> None:
    configured(desk, gdelt)
    ended = await fill(desk, "--via", "gdelt")
    assert ended.status == 0, ended.err + ended.out
    assert set(WANTED) <= set(stored(desk))
    assert len(stored(desk)) <= len(WANTED) + A_DAY  # GDELT may see a page a day late
    assert ("20190903000000", "20190903120000") in gdelt.windows
    assert gdelt.busy == 1


async def test_a_busy_archive_is_asked_again_and_then_left_for_now(
    desk: Desk, gdelt: Gdelt
) -> None:
    configured(desk, gdelt, tries=3)
    gdelt.first = [web.Response(status=429, text="Please limit requests") for _ in range(2)]
    assert (await fill(desk, "--via", "gdelt")).status == 0
    gdelt.first = [web.Response(status=429, text="Please limit requests") for _ in range(99)]
    asked = ("backfill", "past", "--since", "2019-09-20", "--until", "2019-09-29", "--via", "gdelt")
    ended = await desk.ask(*asked)
    assert ended.status == 1
    assert "3 shards in a row failed" in ended.out
    assert len(gdelt.first) == 99 - 3 * 3  # it is not hammered for the other days
    gdelt.first = []
    assert (await desk.ask(*asked)).status == 0


async def test_an_error_that_comes_with_status_200_is_an_error(desk: Desk, gdelt: Gdelt) -> None:
    configured(desk, gdelt)
    gdelt.first = [web.Response(text="Your query was too short or too long.")]
    ended = await fill(desk, "--via", "gdelt")
    assert ended.status == 1
    (job,) = await jobs(desk)
    assert "Your query was too short" in job["failed_shards"][0]["reason"]


async def test_two_backfills_do_not_ask_one_archive_at_once(desk: Desk, gdelt: Gdelt) -> None:
    configured(desk, gdelt)
    database = Database(desk.store_url)
    migrate(database)
    held = {"name": "archive:gdelt", "owner": "backfill:elsewhere:1"}
    until = utc_now().replace(year=utc_now().year + 1)
    database.write_now(lambda c: c.execute(sa.insert(leases).values(**held, until=until)))
    database.close()
    ended = await fill(desk, "--via", "gdelt")
    assert ended.status == 1
    assert "another backfill is asking gdelt" in ended.out
    assert gdelt.windows == []
