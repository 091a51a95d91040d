"""Benchmark of WARC files: pages a second, beside the same file read by its library alone.

    python -m benchmarks.warc [--captures 5000] [--page-bytes 100000] [--keep FILE]

Makes a file of distinct stories, each a capture in a gzip member of its own. `library` is a process
that reads every body with fastwarc and throws it away; `backfill` is the command `wirewatch
backfill --via warc:FILE` from its start to its exit, into a fresh store: extraction, reprints,
rules and storage included. Peak memory is of each process with all its children.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fastwarc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.heavy import weigh
from benchmarks.prose import write
from benchmarks.tree import watch
from crawler.model.clock import utc_now
from replica.chrome import Publication
from replica.layout import render_article
from replica.outlets import outlet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.tree import Usage

HOST = "http://archive.example"
_TEASERS = 12
_CONFIG = """enabled = []
[store]
url = "sqlite:///{folder}/bench.db"
[crawl]
contact = "benchmark@archive.example"
[[source]]
name = "archive"
feeds = ["{host}/feed.xml"]
article_urls = "^{host}/"
languages = ["en", "ru"]
"""


def make(file: Path, captures: int, page_bytes: int) -> int:
    """Write the file; returns the bytes of all pages."""
    total = 0
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number, (body, charset) in enumerate(_pages(captures, page_bytes)):
            total += len(body)
            headers = StatusAndHeaders(
                "200 OK", [("Content-Type", f"text/html; charset={charset}")], protocol="HTTP/1.1"
            )
            record = writer.create_warc_record(
                f"{HOST}/{number}", "response", payload=BytesIO(body), http_headers=headers
            )
            writer.write_record(record)
            record.raw_stream.close()
    return total


def _pages(captures: int, page_bytes: int) -> Iterator[tuple[bytes, str]]:
    now = utc_now()
    shown: list[Publication] = []
    for number, story in enumerate(write(captures, seed=3)):
        home = outlet(story.outlet)
        at = now - timedelta(minutes=story.minutes_ago)
        publication = Publication(
            story=story, url=f"{HOST}/{number}", at=at, written=at, modified=at
        )
        beside = [other for other in shown if other.story.outlet == home.name]
        page = render_article(publication, home, today=now, others=beside).decode(home.charset)
        texts = [other.story.paragraphs[0] for other in shown] or [story.title * 2]
        heavy = weigh(page, page_bytes, teasers=texts, seed=number)
        yield heavy.encode(home.charset, errors="xmlcharrefreplace"), home.charset
        shown = [*shown, publication][-_TEASERS:]


def read_alone(file: Path) -> int:
    """Every body, with nothing but the library."""
    pages = 0
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            pages += bool(record.reader.read())
    return pages


def run(*command: str) -> Usage:
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    usage = watch(process, beside=os.getpid())
    said, wrong = process.communicate()
    if process.returncode:
        raise SystemExit(f"{command} failed with {process.returncode}:\n{said}{wrong}")
    print(said.rstrip())
    return usage


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--captures", type=int, default=5_000)
    parser.add_argument("--page-bytes", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="where the made file is kept, and taken from")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.alone:
        print(f"library: {read_alone(asked.alone)} pages")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = asked.keep or folder / "made.warc.gz"
        if not file.exists():
            total = make(file, asked.captures, asked.page_bytes)
            print(f"made {asked.captures} captures, {total / 1e6:.0f} MB of pages")
        print(f"{file.stat().st_size / 1e6:.0f} MB as they lie, {os.cpu_count()} cores, one run")
        config = folder / "wirewatch.toml"
        config.write_text(_CONFIG.format(folder=folder, host=HOST), encoding="utf-8")
        alone = run("-m", "benchmarks.warc", "--alone", str(file))
        filled = run("-m", "crawler", "backfill", "--via", f"warc:{file}", "-c", str(config))
        for title, usage in (("library", alone), ("backfill", filled)):
            rate = asked.captures / usage.seconds
            peak = usage.peak / 1e6
            print(
                f"{title:<9} {rate:>8.1f} pages/s {peak:>6.0f} MB peak {usage.others:>5.0%} others"
            )
        print(f"backfill takes {filled.seconds / alone.seconds:.1f} times as long as the library")


if __name__ == "__main__":
    main()
