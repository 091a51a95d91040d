"""One contender of the crawl benchmark, in a process of its own: warm up, crawl, say how long.

    python -m benchmarks.contender CONTENDER --offer JSON --folder DIR

Prints one JSON object (`Result`). All contenders use the same Scrapy settings (`crawler.settings`
and the same configuration), find the pages in the same sitemaps, and ask at the same pace.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from benchmarks.replica import Offer
from crawler.config.config import Config, load
from crawler.crawl.crawl_runner import CrawlRunner, prepare
from crawler.discovery.sitemaps import parse_sitemap
from crawler.runtime import event_loop
from crawler.runtime.services import SETTING, Services

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    from scrapy.http import Response

CONFIG = """enabled = []
[store]
url = "sqlite:///{folder}/bench.db"
[crawl]
delay = 0
requests_per_host = 16
[[channel]]
name = "journal"
kind = "jsonl"
target = "{folder}/alerts.jsonl"
"""
SOURCE = """
[[source]]
name = "{name}"
sitemaps = {sitemaps}
languages = ["en", "ru"]
"""
_DRAIN = 30.0
_NOT_OURS = {
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",
    "scrapy.downloadermiddlewares.stats.DownloaderStats",
}
_SCRAPYS_CONCURRENT_ITEMS = 100  # its default: so many tasks for each response


@dataclass(frozen=True, slots=True)
class Result:
    """`seconds` and `cpu` (of this process, without its workers) are of the crawl alone."""

    pages: int
    seconds: float
    cpu: float


def write_configuration(folder: Path, offer: Offer, *, warm: bool) -> Path:
    """The wirewatch.toml of a fresh store in `folder`."""
    text = CONFIG.format(folder=folder)
    if warm:
        text += SOURCE.format(name="warm", sitemaps=json.dumps([offer.warm]))
    text += SOURCE.format(name="site", sitemaps=json.dumps(offer.sitemaps))
    file = folder / "wirewatch.toml"
    file.write_text(text, encoding="utf-8")
    return file


class Bare(Spider):
    """Fetch, and do nothing."""

    name = "bare"
    sitemaps: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fetched = 0

    async def start(self) -> AsyncIterator[Request]:
        for url in self.sitemaps:
            yield Request(url, callback=self.parse_sitemap)

    def parse_sitemap(self, response: Response) -> Iterator[Request]:
        for entry in parse_sitemap(response.body, response.url).entries:
            yield Request(entry.url, callback=self.parse_page)

    def parse_page(self, response: Response) -> None:
        self.fetched += 1


class Inline(Bare):
    """What a first attempt does: trafilatura in the callback, and the crawl waits for it."""

    name = "inline"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from trafilatura import bare_extraction  # noqa: PLC0415 - the others do without

        self._extract = bare_extraction

    def parse_page(self, response: Response) -> None:
        if self._extract(response.text, url=response.url, with_metadata=True) is not None:
            self.fetched += 1


async def scrapy_alone(
    kind: type[Bare], services: Services, offer: Offer, *, tuned: bool
) -> Result:
    """Scrapy with Wirewatch's settings, without Wirewatch's components."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set(SETTING, services, priority="cmdline")  # crawl.delay and the like
    for name in ("ITEM_PIPELINES", "EXTENSIONS"):
        settings.set(name, {}, priority="cmdline")
    if not tuned:
        settings.set("CONCURRENT_ITEMS", _SCRAPYS_CONCURRENT_ITEMS, priority="cmdline")
        settings.set("SPIDER_MIDDLEWARES", {}, priority="cmdline")  # its own, all of them
        restored = {
            name: order
            for name, order in settings.getdict("DOWNLOADER_MIDDLEWARES").items()
            if name not in _NOT_OURS
        }
        settings.set("DOWNLOADER_MIDDLEWARES", restored, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)

    async def crawl(sitemaps: Sequence[str]) -> int:
        crawler = runner.create_crawler(kind)
        await runner.crawl(crawler, sitemaps=sitemaps)
        return crawler.spider.fetched if isinstance(crawler.spider, Bare) else 0

    await crawl([offer.warm])
    return await timed(lambda: crawl(offer.sitemaps))


async def wirewatch(services: Services) -> Result:
    """What `wirewatch run` does with a source that is due: poll, store, deliver."""
    runner = CrawlRunner(services, role="bench")
    prepare(services)
    delivery = load_object("alerts.delivery.delivery.Delivery").from_services(services)
    services.alerts_queued = delivery.wake
    delivery.start()
    wires = runner.loader.wires()

    async def crawl(name: str) -> int:
        polled = await runner.poll(wires[name])
        counts = polled.counts
        if polled.outcome != "done" or counts.get("extracted", 0) != counts.get("entries"):
            raise RuntimeError(f"the poll did not store every page: {polled}")
        await delivery.drain(_DRAIN)
        return counts["extracted"]

    await crawl("warm")
    try:
        return await timed(lambda: crawl("site"))
    finally:
        await delivery.stop(_DRAIN)


async def timed(crawl: Callable[[], Awaitable[int]]) -> Result:
    began, busy = time.perf_counter(), time.process_time()
    pages = await crawl()
    return Result(pages, time.perf_counter() - began, time.process_time() - busy)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("contender", choices=("bare", "tuned", "inline", "wirewatch"))
    parser.add_argument("--offer", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args(arguments)
    offer = Offer.of(json.loads(asked.offer))
    config: Config = load(write_configuration(asked.folder, offer, warm=True))
    services = Services(config)
    results: list[Result] = []

    async def work() -> int:
        if asked.contender == "wirewatch":
            results.append(await wirewatch(services))
        else:
            kind = Inline if asked.contender == "inline" else Bare
            tuned = asked.contender == "tuned"
            results.append(await scrapy_alone(kind, services, offer, tuned=tuned))
        return 0

    try:
        event_loop.run(work)
    finally:
        services.close()
    print(json.dumps(asdict(results[0])))


if __name__ == "__main__":
    main()
