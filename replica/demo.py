"""Demonstration: a replica wire publishes, `wirewatch run` watches, each alert is timed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from replica.configuration import ALERTS, STORE, write_configuration
from replica.journal import CrawlProgress, Journal
from replica.service import WireService
from replica.story import StoryKind, load_stories
from replica.verdict import DemoVerdict, judge_demo, key
from replica.watched import WatchedProgram

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from crawler.model.clock import Clock
    from replica.chrome import Publication
    from replica.screen import Screen

_TICK = 0.1
_BASELINE_WITHIN = 30.0
_SETTLED_WITHIN = 10.0
_LAST_POLLS = 2.5  # what must not alert is given two more polls to do so


class Demo:
    """One demonstration in one folder. `run` returns whether all went as it should.

    `pace` is the number of seconds between two live stories.
    """

    def __init__(self, folder: Path, *, clock: Clock, screen: Screen, pace: float) -> None:
        self._folder = folder
        self._pace = pace
        self._screen = screen
        self._service = WireService(load_stories(), clock=clock)
        self._journal = Journal(folder / ALERTS)
        self._progress = CrawlProgress(folder / STORE)
        self._shown: dict[str, Publication] = {}  # by story id, while it runs

    async def run(self) -> bool:
        async with self._service:
            config = write_configuration(self._folder, self._service.urls)
            watched = WatchedProgram(config)
            outlets, archive = len(self._service.sites), len(self._service.archive)
            self._screen.note(
                f"{outlets} replica outlets with {archive} archived pages on loopback"
            )
            try:
                await watched.start()
                await self._baseline(watched)
                await self._publish(watched)
                await self._settle(watched)
            finally:
                self._progress.close()
                status = await watched.stop()
        return await self._conclude(watched, status)

    async def _baseline(self, watched: WatchedProgram) -> None:
        """The archive is read first, and alerts nobody: old news is no news."""
        outlets = set(self._service.sites)

        async def read() -> bool:
            return await self._progress.baselines() >= outlets

        if not await self._until(read, watched, within=_BASELINE_WITHIN):
            late = sorted(outlets - await self._progress.baselines())
            raise Unusable(
                f"the archives of {', '.join(late)} were not read in {_BASELINE_WITHIN:g} s:\n"
                + watched.last_words()
            )
        self._screen.note("archive read, nobody alerted; now news is published while it watches")

    async def _publish(self, watched: WatchedProgram) -> None:
        for story in self._service.live:
            shown = self._service.publish(story)
            revised = story.kind is StoryKind.REVISION
            if not revised:
                self._shown[story.id] = shown
            # The line is to show what this was, and not what it was first.
            self._screen.published(replace(shown, story=story), revised=revised)
            await self._until(_never, watched, within=self._pace)

    async def _settle(self, watched: WatchedProgram) -> None:
        """Wait for the last pages and alerts, and then for what should not come."""
        urls = [shown.url for shown in self._shown.values()]

        async def settled() -> bool:
            waiting = judge_demo(self._shown, self._journal.received).problems
            return not waiting and not await self._progress.unsettled(urls)

        await self._until(settled, watched, within=_SETTLED_WITHIN)
        await self._until(_never, watched, within=_LAST_POLLS)

    async def _until(
        self, reached: Callable[[], Awaitable[bool]], watched: WatchedProgram, *, within: float
    ) -> bool:
        """Report alerts as they arrive until something is reached; False if it is not in time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while True:
            self._report()
            watched.check()
            if await reached():
                return True
            if loop.time() >= end:
                return False
            await asyncio.sleep(_TICK)

    def _report(self) -> None:
        published = {key(shown.url): shown.at for shown in self._shown.values()}
        for alert in self._journal.news():
            self._screen.alerted(alert, published.get(key(alert.url)))

    async def _conclude(self, watched: WatchedProgram, status: int) -> bool:
        self._report()
        verdict = judge_demo(self._shown, self._journal.received)
        if status != 0:
            problem = f"`wirewatch run` left with status {status}:\n{watched.last_words()}"
            verdict = DemoVerdict(seconds=verdict.seconds, problems=(*verdict.problems, problem))
        self._screen.summary(await watched.totals(), verdict)
        return not verdict.problems


async def _never() -> bool:
    return False
