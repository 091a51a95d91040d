"""A program that polls when it is told to, at the time that it is told: a line of JSON for each.

poll SOURCE TIME    polls it, and says how that ended
look TIME           does the chore of each minute
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import crawler.crawl.crawl_runner
import crawler.crawl.poll.poll_tracker
import pipelines.store
from crawler.cli.common import open_services, run_to_end
from crawler.crawl.crawl_runner import CrawlRunner, prepare
from crawler.health.evaluator import HealthEvaluator
from crawler.model.clock import utc_now
from crawler.storage.crawl import runs

if TYPE_CHECKING:
    from crawler.runtime.services import Services


class Told:
    """The clock that everything goes by."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


class Driven:
    def __init__(self, services: Services, clock: Told) -> None:
        self._clock = clock
        self._runner = CrawlRunner(services, role="run")
        self._sources = self._runner.loader.enabled(services.config)
        self._database = services.database
        self._watch = services.once(HealthEvaluator)
        self._watch.clock = clock
        prepare(services)

    async def do(self, word: str, *words: str) -> dict[str, Any]:
        *source, time = words
        self._clock.now = datetime.fromisoformat(time)
        if word == "look":
            await self._watch.look_around(self._sources, self._clock.now)
            return {}
        (spider,) = (one for one in self._sources if [one.name] == source)
        await self._database.write(
            lambda connection: runs.plan(
                connection, {spider.name: self._clock.now}, now=self._clock.now
            )
        )
        polled = await self._runner.poll(spider)
        return {"outcome": polled.outcome, "reason": polled.reason, "counts": dict(polled.counts)}


async def _main(services: Services, clock: Told) -> int:
    driven, loop = Driven(services, clock), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        sys.stdout.write(json.dumps(await driven.do(*line.split())) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    told = Told()
    for module in (crawler.crawl.poll.poll_tracker, crawler.crawl.crawl_runner, pipelines.store):
        vars(module)["utc_now"] = told
    opened = open_services(None, 0)
    sys.exit(run_to_end(opened, lambda: _main(opened, told)))
