"""`wirewatch run` and its neighbours, as an operator knows them: real processes, a real server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import documents, leases, outbox, revisions
from tests.e2e import paper
from tests.e2e.program import SCRAPY, until
from tests.e2e.wire import Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

ROOT = Path(__file__).parents[2]
UNUSABLE = 2
PROMISED = 10.0  # seconds from SIGTERM to the end
PLACES = 8  # polls that are under way at one time


def _slow(number: int, gate: asyncio.Event) -> Reply:
    """An article that is not answered before the gate opens."""
    return Reply(body=paper.page(number).encode(), gate=gate)


def _states(desk: Desk) -> dict[str, str]:
    return {path: row["state"] for path, row in desk.pages().items()}


# -- the end, wanted or not ----------------------------------------------------------------------


async def test_sigterm_during_a_slow_poll_ends_in_ten_seconds_and_hands_everything_back(
    desk: Desk, wire: Wire
) -> None:
    gate = asyncio.Event()
    wire.feed(wire.page(1), wire.page(2, reply=_slow(2, gate)), etag='"1"')
    desk.configure(source("paper", wire))
    running = await desk.start("run")
    await until(lambda: bool(wire.asked("/a/2")), "the slow article is asked for", of=running)
    assert len(desk.rows(sa.select(leases))) == 1
    ended = await running.terminate(within=PROMISED)
    assert ended.status == 0
    assert "Traceback" not in ended.err
    assert desk.rows(sa.select(leases)) == []
    begun = [run for run in desk.runs() if run["outcome"] != "skipped"]
    assert [(run["outcome"], run["finished_at"] is None) for run in begun] == [("failed", False)]
    assert desk.rows(sa.select(documents).where(documents.c.etag != "")) == []
    gate.set()
    assert (await desk.ask("run", "--once")).status == 0
    assert _states(desk) == {"a/1": "stored", "a/2": "stored"}


async def test_sigterm_skips_the_polls_that_wait_for_a_place_without_a_defect_in_the_log(
    desk: Desk, wire: Wire
) -> None:
    gate = asyncio.Event()
    paths = [f"/{number}.xml" for number in range(PLACES + 4)]
    for path in paths:
        wire.put(path, Reply(gate=gate))
    desk.configure(
        *(source(f"s{path[1:-4]}", wire, feeds=[wire.base + path]) for path in paths),
        crawl={"requests_per_host": 16},
    )
    running = await desk.start("run")
    await until(
        lambda: sum(bool(wire.asked(path)) for path in paths) == PLACES,
        "as many polls as there are places",
        of=running,
    )
    ended = await running.terminate(within=PROMISED)
    assert ended.status == 0
    assert "Traceback" not in ended.err


async def test_sigterm_ends_a_crawl_on_demand_and_the_next_one_takes_the_rest(
    desk: Desk, wire: Wire
) -> None:
    gate = asyncio.Event()
    wire.feed(wire.page(1), wire.page(2, reply=_slow(2, gate)), etag='"1"')
    desk.configure(source("paper", wire))
    running = await desk.start("crawl", "paper")
    await until(lambda: bool(wire.asked("/a/2")), "the slow article is asked for", of=running)
    ended = await running.terminate(within=PROMISED)
    assert ended.status == 1
    assert "Traceback" not in ended.err
    assert desk.rows(sa.select(leases)) == []
    gate.set()
    assert (await desk.ask("crawl", "paper")).status == 0
    assert _states(desk) == {"a/1": "stored", "a/2": "stored"}


async def test_a_kill_between_feed_and_article_followed_by_a_304_loses_nothing(
    desk: Desk, wire: Wire
) -> None:
    gate = asyncio.Event()
    wire.feed(wire.page(1, reply=_slow(1, gate)), etag='"1"')
    desk.configure(source("paper", wire))
    running = await desk.start("run")
    await until(lambda: bool(wire.asked("/a/1")), "the article is asked for", of=running)
    assert await running.kill() == []
    assert _states(desk) == {"a/1": "pending"}
    gate.set()
    running = await desk.start("run")
    await until(lambda: _states(desk) == {"a/1": "stored"}, "the article arrives", of=running)
    await until(lambda: 304 in wire.statuses("/feed.xml"), "a conditional request", of=running)
    assert (await running.terminate()).status == 0
    # Until the article was there, nobody asked whether the feed had changed since.
    first, second, *later = wire.asked("/feed.xml")
    assert (first.conditional, second.conditional) == (False, False)
    assert all(asked.status == 304 for asked in later)
    assert [article["version"] for article in desk.articles()] == [1]


async def test_a_second_run_on_one_store_is_refused_and_a_crawl_beside_it_is_not(
    desk: Desk, wire: Wire
) -> None:
    gate = asyncio.Event()
    wire.feed(wire.page(1), wire.page(2, reply=_slow(2, gate)))
    wire.put("/other.xml", Reply(body=paper.rss([wire.page(3)]).encode()))
    desk.configure(
        source("paper", wire),
        source("other", wire, feeds=[f"{wire.base}/other.xml"], cron="0 0 1 1 *"),
    )
    running = await desk.start("run")
    await until(lambda: bool(wire.asked("/a/2")), "the first is at work", of=running)
    second = await desk.ask("run", "--once")
    assert second.status == UNUSABLE
    assert second.err.startswith("wirewatch: another `wirewatch run` works on sqlite:///")
    assert second.err.count("\n") == 1
    # The source that is being polled is skipped, and the run of it that was planned is listed.
    beside = await desk.ask("crawl", "paper")
    assert "skipped" in beside.out
    assert "another process is polling this source" in beside.out
    assert (await desk.ask("crawl", "other")).status == 0
    gate.set()
    await until(lambda: set(_states(desk).values()) == {"stored"}, "all is stored", of=running)
    assert (await running.terminate()).status == 0


async def test_a_poll_that_takes_too_long_is_ended_and_the_others_are_not(
    desk: Desk, wire: Wire
) -> None:
    never = asyncio.Event()
    wire.feed(wire.page(1), path="/healthy.xml")
    wire.put("/stuck.xml", Reply(gate=never))
    desk.configure(
        source("healthy", wire, feeds=[f"{wire.base}/healthy.xml"]),
        source("stuck", wire, feeds=[f"{wire.base}/stuck.xml"]),
        crawl={"poll_timeout": "8s", "timeout": "10s"},
    )
    ended = await desk.ask("run", "--once")
    assert ended.status == 1
    told = desk.last()
    assert told["stuck"]["outcome"] == "failed"
    assert told["stuck"]["reason"] == "took longer than crawl.poll_timeout"
    assert told["healthy"]["outcome"] == "done"
    assert desk.rows(sa.select(leases)) == []


# -- what is asked of a site ---------------------------------------------------------------------


async def test_a_server_that_hangs_does_not_hold_a_poll_beyond_its_time(
    desk: Desk, wire: Wire
) -> None:
    never = asyncio.Event()
    stuck = [wire.page(number, reply=Reply(gate=never)) for number in range(1, 7)]
    wire.feed(*stuck)
    crawl = {"poll_timeout": "3s", "timeout": "90s", "requests_per_host": 2, "delay": "20s"}
    desk.configure(source("paper", wire), crawl=crawl)
    # Far less than a request may take, or than the pace gives the queued ones.
    ended = await (await desk.start("run", "--once")).ended(within=30)
    assert ended.status == 1
    assert desk.last()["paper"]["reason"] == "took longer than crawl.poll_timeout"
    assert {page["state"] for page in desk.pages().values()} <= {"pending", "failed"}


async def test_once_and_once_more_asks_only_what_changed_and_says_who_asks(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1), wire.page(2), etag='"1"')
    desk.configure(source("paper", wire), crawl={"contact": "desk@example.org"})
    assert (await desk.ask("run", "--once")).status == 0
    await asyncio.sleep(1)  # its interval
    assert (await desk.ask("run", "--once")).status == 0
    assert [(asked.status, asked.conditional) for asked in wire.asked("/feed.xml")] == [
        (200, False),
        (304, True),
    ]
    assert wire.statuses("/a/1") == wire.statuses("/a/2") == [200]
    assert desk.last()["paper"]["counts"] == {"documents": 1, "not modified": 1}
    assert {asked.agent for asked in wire.log} == {"Wirewatch/0.1.0 (+desk@example.org)"}


async def test_nothing_is_polled_before_it_is_due(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire, interval="1h"))
    assert (await desk.ask("run", "--once")).status == 0
    ended = await desk.ask("run", "--once")
    assert ended.status == 0
    assert "\nNothing is due yet" in ended.err
    assert wire.statuses("/feed.xml") == [200]


async def test_a_page_that_its_feed_calls_updated_is_fetched_again_and_kept_as_a_revision(
    desk: Desk, wire: Wire
) -> None:
    line = wire.page(1)
    old = datetime.now(UTC) - timedelta(hours=1)
    lines = [paper.Line(url=line.url, title=line.title, updated=when) for when in (old, None)]
    wire.put("/feed.xml", Reply(body=paper.atom(lines[:1]).encode()))
    desk.configure(source("paper", wire))
    assert (await desk.ask("crawl", "paper")).status == 0
    assert (await desk.ask("crawl", "paper")).status == 0
    assert len(wire.asked("/a/1")) == 1  # no newer than it was
    wire.put("/a/1", Reply(body=paper.page(2, title="The council meets on Friday").encode()))
    wire.put("/feed.xml", Reply(body=paper.atom(lines[1:]).encode()))
    ended = await desk.ask("crawl", "paper")
    assert ended.status == 0
    assert len(wire.asked("/a/1")) == 2
    assert [(article["version"], article["title"]) for article in desk.articles()] == [
        (2, "The council meets on Friday")
    ]
    kept = desk.rows(sa.select(revisions))
    assert [(row["version"], row["title"]) for row in kept] == [(1, line.title)]


async def test_the_pace_that_robots_txt_asks_for_is_kept(desk: Desk, wire: Wire) -> None:
    wire.put("/robots.txt", Reply(body=b"User-agent: *\nCrawl-delay: 1\n"))
    wire.feed(*(wire.page(number) for number in range(3)))
    desk.configure(source("paper", wire))
    assert (await desk.ask("crawl", "paper")).status == 0
    asked = [asked.at for asked in wire.log if asked.path != "/robots.txt"]
    assert len(asked) == 4
    # A request may be late on a busy machine, and the one after it be right on time.
    assert asked[-1] - asked[0] > 2.7
    assert all(later - earlier > 0.5 for earlier, later in pairwise(asked))


# -- the neighbours ------------------------------------------------------------------------------


async def test_plain_scrapy_lists_and_crawls_the_same_sources(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1, cooperation=True), wire.page(2))
    desk.configure(source("paper", wire), alerts={"alert_baseline": True})
    listed = await desk.ask("list", program=SCRAPY, at=ROOT)
    assert listed.status == 0, listed.err
    assert {"belta", "paper", "un_news"} <= set(listed.out.split())
    crawled = await desk.ask("crawl", "paper", program=SCRAPY, at=ROOT)
    assert (crawled.status, crawled.err) == (0, "")
    assert _states(desk) == {"a/1": "stored", "a/2": "stored"}
    assert desk.alerts() == []  # it crawls; a `run` delivers
    assert [row["state"] for row in desk.rows(sa.select(outbox))] == ["pending"]
    assert (await desk.ask("run", "--once")).status == 0
    assert [alert["url"] for alert in desk.alerts()] == [f"{wire.base}/a/1"]


async def test_status_tells_people_and_machines_the_same(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1, cooperation=True), wire.page(2, reply=Reply(status=404)))
    wire.put("/gone.xml", Reply(status=404))
    desk.configure(
        source("paper", wire),
        source("lost", wire, feeds=[f"{wire.base}/gone.xml"]),
        alerts={"alert_baseline": True},
    )
    before = await desk.status()
    assert [told["outcome"] for told in before["sources"]] == [None, None]
    assert before["totals"]["discovered"] == 0
    assert (await desk.ask("run", "--once")).status == 1
    told = await desk.status()
    paper_, lost = told["by_name"]["paper"], told["by_name"]["lost"]
    assert (paper_["outcome"], paper_["last_error"], paper_["new_articles_24h"]) == ("done", "", 1)
    assert lost["outcome"] == "failed"
    assert datetime.fromisoformat(paper_["next_run"]) > datetime.fromisoformat(paper_["last_run"])
    assert told["outbox"]["journal"]["sent"] == 1
    assert told["totals"]["rejected"] == {"http-404": 1}
    shown = await desk.ask("status")
    assert (shown.status, shown.err) == (3, "")
    assert shown.out.startswith("No daemon runs; the last one ended")
    for word in ("paper", "done", "lost", "failed", "gone.xml", "journal", "http-404"):
        assert word in shown.out


async def test_commands_that_only_read_make_no_store(desk: Desk, wire: Wire) -> None:
    desk.configure(source("paper", wire))
    told = await desk.status()
    assert (told["store_is_there"], told["totals"]["stored"]) == (False, 0)
    assert "no store yet at" in (await desk.ask("status")).err
    for words in (("sources",), ("alerts", "list")):
        assert (await desk.ask(*words)).status == 0
    assert not list(desk.folder.glob("*.db*"))


async def test_a_run_says_what_it_watches_and_which_poll_was_a_baseline(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1, cooperation=True), wire.page(2))
    desk.configure(source("paper", wire))
    ended = await desk.ask("run", "--once")
    assert ended.err == (
        "Watching 1 source; alerts go to journal (jsonl); "
        f"the store is sqlite:///{desk.folder / 'wirewatch.db'}\n"
    )
    assert "paper: baseline: 1 flagged, nobody alerted." in ended.out
    await asyncio.sleep(1)  # its interval
    assert "baseline" not in (await desk.ask("run", "--once")).out


async def test_what_is_printed_fits_eighty_columns(desk: Desk, wire: Wire) -> None:
    desk.environment["COLUMNS"] = "80"
    wire.feed(wire.page(1, cooperation=True), wire.page(2, reply=Reply(status=404)))
    desk.configure(source("a_paper_with_a_name", wire), alerts={"alert_baseline": True})
    for words in (("run", "--once"), ("status",), ("alerts", "list"), ("sources",)):
        shown = (await desk.ask(*words)).out
        assert max(len(line) for line in shown.splitlines()) <= 80
        assert "…" not in shown
        if words != ("alerts", "list"):
            assert "a_paper_with_a_name" in shown


async def test_the_version_is_told(desk: Desk) -> None:
    assert (await desk.ask("--version")).out == f"wirewatch {version('wirewatch')}\n"


async def test_robots_txt_is_read_once_for_many_polls(desk: Desk, wire: Wire) -> None:
    wire.put("/robots.txt", Reply(body=b"User-agent: *\nDisallow: /a/2\n"))
    wire.put("/feed.xml", Reply(body=paper.rss([wire.page(1), wire.page(2)]).encode()))
    desk.configure(source("paper", wire, interval="1s"))
    running = await desk.start("run")
    await until(lambda: len(wire.statuses("/feed.xml")) > 3, "some polls", of=running)
    await running.terminate()
    assert wire.statuses("/robots.txt") == [200]
    assert desk.stored() == {"paper": 1}
    assert wire.statuses("/a/2") == []  # still obeyed
