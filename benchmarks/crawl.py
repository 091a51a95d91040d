"""The whole crawl, beside Scrapy that only fetches and Scrapy with trafilatura in its callback.

    python -m benchmarks.crawl [--pages 300] [--page-bytes 254000] [--rounds 3] [--gzip]

One replica site on loopback serves all contenders, each a process of its own, in turn, round after
round, each with a fresh store. Prints pages a second, the ratio to bare Scrapy round by round, and
the peak memory of Wirewatch with its workers. Bare Scrapy is Scrapy with its own defaults, asking
at the same pace; "tuned" is the same with Wirewatch's setting of CONCURRENT_ITEMS.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from statistics import median
from typing import TYPE_CHECKING

import psutil

from benchmarks.contender import Result
from benchmarks.replica import Offer

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTENDERS = ("bare", "tuned", "inline", "wirewatch")
_SAMPLED = 0.1  # seconds between two looks at the memory


def offered(pages: int, page_bytes: int, *, packed: bool) -> tuple[subprocess.Popen[str], Offer]:
    command = [sys.executable, "-m", "benchmarks.replica", f"--pages={pages}"]
    command += [f"--page-bytes={page_bytes}", *(["--gzip"] if packed else [])]
    replica = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if replica.stdout is None:
        raise RuntimeError("the replica has no standard output")
    return replica, Offer(**json.loads(replica.stdout.readline()))


def run(contender: str, offer: Offer) -> tuple[Result, int]:
    """One crawl; returns what it says of itself, and the peak resident bytes of all processes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.contender", contender]
        command += ["--offer", json.dumps(asdict(offer)), "--folder", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        peak = Peak(process.pid)
        peak.start()
        said, _ = process.communicate()
        peak.ended.set()
        peak.join()
    if process.returncode != 0:
        raise RuntimeError(f"{contender} ended with status {process.returncode}")
    return Result(**json.loads(said.splitlines()[-1])), peak.resident


class Peak(threading.Thread):
    """Watches the memory of a process and its children; what they share counts for each."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.resident = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(_SAMPLED):
            try:
                parent = psutil.Process(self._pid)
                tree = [parent, *parent.children(recursive=True)]
                self.resident = max(self.resident, sum(p.memory_info().rss for p in tree))
            except psutil.NoSuchProcess:
                continue


def show(results: dict[str, list[Result]], peaks: Sequence[int]) -> None:
    rates = {name: [r.pages / r.seconds for r in rounds] for name, rounds in results.items()}
    print(
        f"{'':<10} {'pages/s':>8}   ratio to bare: median (min-max)   main process, CPU ms a page"
    )
    for name, of in rates.items():
        ratios = [mine / bare for mine, bare in zip(of, rates["bare"], strict=True)]
        spent = median(r.cpu / r.pages * 1000 for r in results[name])
        print(
            f"{name:<10} {median(of):8.1f}   {median(ratios):.3f} "
            f"({min(ratios):.3f}-{max(ratios):.3f}){'':<16}{spent:6.1f}"
        )
    print(f"peak memory of wirewatch, workers included: {max(peaks) / 1e6:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--page-bytes", type=int, default=254_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gzip", action="store_true", help="serve packed, as most sites do")
    asked = parser.parse_args()
    replica, offer = offered(asked.pages, asked.page_bytes, packed=asked.gzip)
    results: dict[str, list[Result]] = {name: [] for name in CONTENDERS}
    peaks = []
    try:
        for _ in range(asked.rounds):
            for name in CONTENDERS:
                result, peak = run(name, offer)
                results[name].append(result)
                if name == "wirewatch":
                    peaks.append(peak)
    finally:
        replica.terminate()
        replica.wait()
    packed = "packed" if asked.gzip else "not packed"
    print(
        f"{offer.pages} pages of {offer.page_bytes / 1000:.0f} kB, {packed}, {asked.rounds} rounds"
    )
    show(results, peaks)


if __name__ == "__main__":
    main()
