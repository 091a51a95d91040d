"""Benchmark of extraction: how well and how fast pages are understood, beside other libraries.

`python -m benchmarks.extraction [FOLDER] [--pool] [--memory]`

Without a folder it reads the pages of the tests, as they are and weighed down to the size of news
pages; only the latter say something about time. All tools take turns on each page, in one process,
after a warm-up.
"""

from __future__ import annotations

import argparse
import logging
import resource
import statistics
import time
import warnings
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from benchmarks import peers, saved
from benchmarks.scores import Score, ToolAnswer
from benchmarks.workers import memory, speed_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.peers import Tool
    from benchmarks.saved import Case

WARM_UP = 10


def measure(pages: list[Case], rounds: int) -> dict[str, Score]:
    """Quality counts once; time is the median of all rounds."""
    tools = dict(peers.tools())
    scores = {name: Score() for name in tools}
    for case in pages[:WARM_UP]:
        for tool in tools.values():
            _timed(tool, case)
    for turn in range(rounds):
        for case in pages:
            for name, tool in tools.items():
                answer, seconds = _timed(tool, case)
                scores[name].seconds.append(seconds)
                if turn == 0:
                    scores[name].add(case, answer)
    return scores


def _timed(tool: Tool, case: Case) -> tuple[ToolAnswer, float]:
    start = time.process_time()
    try:
        answer = tool(case)
    except Exception:  # noqa: BLE001 - whatever a peer dies of, the page is one it did not read
        answer = ToolAnswer()
    return answer, time.process_time() - start


def report(scores: dict[str, Score], pages: list[Case]) -> None:
    base, parse = (statistics.median(scores[name].seconds) for name in (peers.BASE, peers.PARSE))
    kinds = sorted({case.kind for case in pages if case.body is not None})
    kinds = kinds if len(kinds) > 1 else []
    table = Table(title=f"{len(pages)} pages; CPU time; / base: to {peers.BASE}'s defaults")
    table.add_column("", no_wrap=True)
    for name in ("F1", *(f"F1 {kind}" for kind in kinds), "day", "instant", "title", "empty"):
        table.add_column(name, justify="right")
    for name in ("median ms", "/ base", "/ parse"):
        table.add_column(name, justify="right")
    for name, score in scores.items():
        median = statistics.median(score.seconds)
        quality: list[Sequence[float]] = [list(chain.from_iterable(score.bodies.values()))]
        quality += [score.bodies[kind] for kind in kinds]
        quality += [score.days, score.instants, score.titles]
        cells = [*map(_mean, quality), str(score.empty)]
        if name == peers.PARSE:
            cells = ["-"] * len(cells)
        times = (f"{median * 1e3:.2f}", f"{median / base:.2f}", f"{median / parse:.1f}")
        table.add_row(name, *cells, *times)
    Console(width=120).print(table)
    print(f"peak RSS {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _mean(values: Sequence[float]) -> str:
    return f"{statistics.mean(values):.3f}" if values else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="pages, with truth.jsonl")
    parser.add_argument("--pool", action="store_true", help="only: two workers beside one")
    parser.add_argument("--memory", action="store_true", help="only: a worker's RSS over its pages")
    parser.add_argument("--rounds", type=int, default=1, help="times that each page is read")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    own = [] if chosen.folder else list(saved.own())
    pages = list(saved.in_folder(chosen.folder) if chosen.folder else saved.heavy(own))
    if chosen.pool:
        speed_up(pages)
    if chosen.memory:
        memory(pages)
    if not chosen.pool and not chosen.memory:
        for some in filter(None, (own, pages)):
            report(measure(some, chosen.rounds), some)


if __name__ == "__main__":
    main()
