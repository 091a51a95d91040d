"""Benchmark of deduplication: look-up and insert in a large index, and which reprints are found.

`python -m benchmarks.dedup [--sizes 10000,100000,1000000]` fills a store of each size by a fast
road of its own, stores some reports by the pipeline's, and has the pipeline look up their reprints
and as many new reports. A look-up asks
the index; an insert stores article, story and keys in one transaction, with its commit. A decision
is everything between an extracted article and its membership: its keys, the look-up, and the
comparison with what was found. Where datasketch and rensa can be imported, their indexes answer the
same questions, in memory.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import random
import sqlite3
import statistics
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import xxhash

from benchmarks.reports import Press, Report
from crawler.model.items import Article, Entry, Extracted, Membership, Page, Relation
from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.stories import articles
from crawler.storage.stories.similar import look_up_similar
from pipelines.dedup import Dedup
from pipelines.stories.shingles import ShingledText
from pipelines.stories.sketch import OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = timedelta(days=30)
PLANTED = 250
SUBJECTS = 8
HOT = 200  # keys of footers and standing phrases
HOT_SHARE = 0.04  # of the keys of a text
TEXTS = 300  # different texts among the articles that only fill the index
MS = 1000


@dataclass(slots=True)
class Figures:
    looks: list[float] = field(default_factory=list)
    decisions: list[float] = field(default_factory=list)
    inserts: list[float] = field(default_factory=list)
    found: dict[str, list[bool]] = field(default_factory=dict)
    false: int = 0

    def decide(self, database: Database, dedup: Dedup, article: Article) -> Membership:
        """What the pipeline decides; and what it took, as a whole and the index alone."""
        began = time.perf_counter()
        membership = database.read_now(partial(dedup.membership, article=article))
        self.decisions.append((time.perf_counter() - began) * MS)
        asked = partial(
            look_up_similar, url=article.url, sketch=membership.sketch, since=NOW - WINDOW
        )
        began = time.perf_counter()
        database.read_now(asked)
        self.looks.append((time.perf_counter() - began) * MS)
        return membership

    def lines(self, size: int, memory: float) -> Iterator[str]:
        yield f"{size:>9,} articles   memory of the process {memory:.0f} MB"
        both = [a + b for a, b in zip(self.looks, self.inserts, strict=False)]
        for name, times in (
            ("look-up", self.looks),
            ("insert", self.inserts),
            ("both", both),
            ("decision", self.decisions),
        ):
            median, most = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            yield f"    {name:<8} median {median:.2f} ms   p95 {most:.2f} ms"
        recall = ", ".join(f"{name} {sum(ok) / len(ok):.3f}" for name, ok in self.found.items())
        yield f"    reprints found: {recall}; new reports taken for a reprint: {self.false}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="wirewatch-bench-") as folder:
            path = Path(folder) / "stories.db"
            # In a process of its own, whose memory is not that of the one that is measured.
            filling = multiprocessing.get_context("spawn").Process(target=fill, args=(path, size))
            filling.start()
            filling.join()
            if filling.exitcode:
                raise SystemExit(filling.exitcode)
            figures = measure(path)
            memory = psutil.Process().memory_info().rss / 2**20
            print(*figures.lines(size, memory), sep="\n", flush=True)
    for name, build in (("datasketch", _datasketch), ("rensa", _rensa)):
        try:
            module = importlib.import_module(name)
        except ImportError:
            print(f"{name}: not installed here")
            continue
        print(*peer(name, build(module), min(sizes)), sep="\n", flush=True)


def fill(path: Path, size: int) -> None:
    """Articles with keys as real ones have: mostly rare, some in every tenth article."""
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    dice, press = random.Random(size), Press(size)
    texts = [press.report() for _ in range(TEXTS)]
    hot = [dice.getrandbits(63) & ~1 for _ in range(HOT)]
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TEMP TABLE raw (hash INTEGER, article_id INTEGER)")
        moment = str(NOW.replace(tzinfo=None))
        connection.execute(
            "INSERT INTO stories (id, created_at, title) "
            "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "SELECT i, ?, '' FROM n",
            (size, moment),
        )
        connection.executemany(
            "INSERT INTO articles (id, url, link, source, story_id, relation, title, text, "
            "first_seen, fetched_at, stored_at) VALUES (?, ?, '', 's', ?, 'new', ?, ?, ?, ?, ?)",
            (
                (n, f"https://filler.example/{n}", n, told.title, told.text, *3 * [moment])
                for n in range(1, size + 1)
                for told in (texts[n % TEXTS],)
            ),
        )
        connection.executemany(
            "INSERT INTO raw VALUES (?, ?)",
            ((key, n) for n in range(1, size + 1) for key in _keys(dice, press, hot)),
        )
        connection.execute(
            "INSERT OR IGNORE INTO sketches (hash, article_id) "
            "SELECT hash, article_id FROM raw ORDER BY hash, article_id"
        )


def _keys(dice: random.Random, press: Press, hot: list[int]) -> Iterator[int]:
    for _ in range(OF_TEXT):
        yield dice.choice(hot) if dice.random() < HOT_SHARE else dice.getrandbits(63) & ~1
    for one, other in combinations(sorted(press.subject() for _ in range(SUBJECTS)), 2):
        yield (xxhash.xxh3_64_intdigest(f"{one}\0{other}".encode()) - 2**63) | 1


def measure(path: Path) -> Figures:
    """Store the planted reports, then look up their reprints and as many new reports."""
    database = Database(f"sqlite:///{path}")
    dedup = Dedup(database, WINDOW)
    press, figures = Press(7), Figures()
    planted = [press.report() for _ in range(PLANTED)]
    stories: list[int] = []
    for number, report in enumerate(planted):
        article = _article(report, f"https://planted.example/{number}")
        membership = figures.decide(database, dedup, article)
        article = replace(article, membership=membership)
        began = time.perf_counter()
        stored = database.write_now(partial(articles.save_article, article=article, now=NOW))
        figures.inserts.append((time.perf_counter() - began) * MS)
        figures.false += membership.relation is not Relation.NEW
        stories.append(stored.story_id)
    for name, change in press.reprints().items():
        found = figures.found.setdefault(name, [])
        for report, story in zip(planted, stories, strict=True):
            article = _article(change(report), f"https://reprint.example/{len(found)}")
            found.append(figures.decide(database, dedup, article).story_id == story)
    database.close()
    return figures


def _article(report: Report, url: str) -> Article:
    page = Page(
        source="bench",
        entry=Entry(url=url),
        canonical_url=url,
        url=url,
        html=b"",
        charset=None,
        fetched_at=NOW,
        first_seen=NOW,
        baseline=False,
    )
    return Article(page=page, content=Extracted(title=report.title, text=report.text))


# -- peers -------------------------------------------------------------------------------------


def _datasketch(module: Any) -> Any:
    index = module.MinHashLSH(threshold=0.5, num_perm=128)

    def sketched(text: str) -> Any:
        made = module.MinHash(num_perm=128)
        made.update_batch([str(run).encode() for run in ShingledText("", text).shingles])
        return made

    return sketched, index.insert, index.query


def _rensa(module: Any) -> Any:
    index = module.RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)

    def sketched(text: str) -> Any:
        made = module.RMinHash(num_perm=128, seed=1)
        made.update([str(run) for run in ShingledText("", text).shingles])
        return made

    return sketched, index.insert, index.query


def peer(name: str, parts: Any, size: int) -> Iterator[str]:
    """The same planted reports among `size` others, in the index of another library."""
    sketched, insert, query = parts
    press = Press(7)
    planted = [press.report() for _ in range(PLANTED)]
    for number, report in enumerate(planted):
        insert(number, sketched(report.text))
    inserts: list[float] = []
    fillers = Press(8)
    for number in range(PLANTED, size):
        text = fillers.report().text
        began = time.perf_counter()
        insert(number, sketched(text))
        inserts.append((time.perf_counter() - began) * MS)
    yield f"{name}, {size:,} articles in memory, threshold .5 of Jaccard"
    looks: list[float] = []
    recall = []
    for kind, change in press.reprints().items():
        found = 0
        for number, report in enumerate(planted):
            text = change(report).text
            began = time.perf_counter()
            answer = query(sketched(text))
            looks.append((time.perf_counter() - began) * MS)
            found += number in answer
        recall.append(f"{kind} {found / PLANTED:.3f}")
    yield (
        f"    look-up  median {statistics.median(looks):.2f} ms"
        f"   insert median {statistics.median(inserts):.2f} ms"
    )
    yield f"    reprints found: {', '.join(recall)}"


if __name__ == "__main__":
    main()
