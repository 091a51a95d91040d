"""Command `scrapy crawl NAME`: one poll; with -a since=, until= or via=, a backfill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import crawl

from crawler.crawl.backfill.backfill_spider import BackfillSpider, wanted_of
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    import argparse

_OF_A_BACKFILL = frozenset({"since", "until", "via"})


class Command(crawl.Command):
    """Scrapy's own command, which has the backfill spider made where a backfill is asked for."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        process = self.crawler_process
        if process is None or not isinstance(process.spider_loader, SourceLoader):
            raise TypeError("`scrapy crawl` needs the project's own SPIDER_LOADER_CLASS")
        source = process.spider_loader.wires().get(args[0]) if len(args) == 1 else None
        if source is None or not opts.spargs.keys() & _OF_A_BACKFILL:
            super().run(args, opts)
            return
        try:
            wanted = wanted_of(source.name, opts.spargs, now=utc_now())
        except Unusable as error:
            raise SystemExit(f"wirewatch: {error}") from None
        limit = int(opts.spargs.get("limit", 0))
        crawler = self._create_crawler(BackfillSpider)
        process.crawl(crawler, sources=[source], wanted=wanted, limit=limit)
        process.start()
        if process.bootstrap_failed:
            self.exitcode = 1
