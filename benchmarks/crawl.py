"""Benchmark of crawling: pages a second, beside bare Scrapy and extraction in the callback.

    python -m benchmarks.crawl [--pages N] [--page-bytes 254000] [--rounds R] [--gzip] [--saved DIR]

The same replica, on loopback, is crawled by turns: `bare` fetches and does nothing; `tuned` is
the same with Wirewatch's CONCURRENT_ITEMS; `inline` runs trafilatura in the callback; `wirewatch`
polls the site as `wirewatch run` does, into a fresh store, with rules and alerts. Each turn is a
process of its own and crawls some pages first, to be warm. `cold` is the command `wirewatch run
--once` from its start to its exit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.contender import Result, write_configuration
from benchmarks.replica import Offer
from benchmarks.tree import Usage, watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONTENDERS = ("bare", "tuned", "inline", "wirewatch", "cold")
REQUIRED = 0.25  # of bare Scrapy, on two cores
_DISTURBED = 0.10  # of the machine taken by others: say so
_START = 60.0  # seconds that the server may take to make its pages


@dataclass(frozen=True, slots=True)
class Turn:
    """One contender's turn in one round."""

    rate: float  # pages a second
    cpu: float  # milliseconds of processor a page, of the crawling process without its workers
    usage: Usage


def measure(contender: str, offer: Offer, server: int) -> Turn:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if contender == "cold":
            config = write_configuration(folder, offer, warm=False)
            command = ["-m", "crawler", "run", "--once", "--config", str(config)]
        else:
            asked = ("--offer", json.dumps(offer.as_json()), "--folder", name)
            command = ["-m", "benchmarks", "contender", contender, *asked]
        process = subprocess.Popen(
            [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        usage = watch(process, beside=server)
        said, wrong = process.communicate()
        if process.returncode:
            raise SystemExit(f"{contender} failed with {process.returncode}:\n{said}{wrong}")
        if contender == "cold":
            return Turn(offer.pages / usage.seconds, nan, usage)
        result = Result(**json.loads(said))
        if result.pages != offer.pages:
            raise SystemExit(f"{contender} finished {result.pages} of {offer.pages} pages")
        rate, cpu = result.pages / result.seconds, 1000 * result.cpu / result.pages
        return Turn(rate, cpu, usage)


@contextmanager
def replica(*arguments: str) -> Iterator[tuple[Offer, int]]:
    """The server as a process; yields what it offers, and its pid."""
    command = [sys.executable, "-m", "benchmarks.replica", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield Offer.of(json.loads(process.stdout.readline())), process.pid
    finally:
        process.terminate()
        process.wait(_START)


def table(turns: dict[str, list[Turn]]) -> Iterator[str]:
    yield (
        f"{'':<10} {'pages/s':>9} {'of bare: median (min-max)':>27} {'main ms':>8} {'peak MB':>8} "
        f"{'others':>7}"
    )
    bare = turns["bare"]
    for name, of_name in turns.items():
        ratios = [turn.rate / beside.rate for turn, beside in zip(of_name, bare, strict=True)]
        shown = f"{median(ratios):.3f} ({min(ratios):.3f}-{max(ratios):.3f})"
        rate = median(turn.rate for turn in of_name)
        peak = max(turn.usage.peak for turn in of_name) / 1e6
        others = max(turn.usage.others for turn in of_name)
        cpu = median(turn.cpu for turn in of_name)
        yield f"{name:<10} {rate:>9.1f} {shown:>27} {cpu:>8.1f} {peak:>8.0f} {others:>7.0%}"
    if any(turn.usage.others > _DISTURBED for each in turns.values() for turn in each):
        yield "disturbed: something else was at work on this machine; measure when it is quiet"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--page-bytes", type=int, default=254_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gzip", action="store_true", help="the server packs what it sends")
    parser.add_argument("--only", choices=CONTENDERS[1:], action="append", help="beside bare")
    parser.add_argument("--saved", help="a folder of saved pages to serve (see benchmarks.pages)")
    asked = parser.parse_args(arguments)
    packed = ["--gzip"] if asked.gzip else []
    packed += [f"--saved={asked.saved}"] if asked.saved else []
    names = ["bare", *(asked.only or CONTENDERS[1:])]
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    with replica("--pages", str(asked.pages), "--page-bytes", str(asked.page_bytes), *packed) as (
        offer,
        server,
    ):
        print(
            f"{offer.pages} pages of {offer.page_bytes:,} bytes, {os.cpu_count()} cores, "
            f"{asked.rounds} rounds" + (", packed" if asked.gzip else "")
        )
        for number in range(asked.rounds):
            for name in names:
                turn = measure(name, offer, server)
                turns[name].append(turn)
                print(f"  round {number + 1} {name:<10} {turn.rate:>7.1f} pages/s", flush=True)
    for line in table(turns):
        print(line)


if __name__ == "__main__":
    main()
