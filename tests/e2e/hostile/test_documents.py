"""Documents made to hold up the daemon: a good source beside them is told, and the loop goes on."""

from __future__ import annotations

import asyncio
import gzip
import time
from typing import TYPE_CHECKING

from aiohttp import ClientSession

from tests.e2e import paper
from tests.e2e.backfill.web import free_port
from tests.e2e.program import until
from tests.e2e.wire import RSS, Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

XML = "text/xml"
_ITEM = "<item><title>T</title><link>{}/m/{}</link></item>"


def hostile(wire: Wire) -> list[dict[str, object]]:
    """A source for each document that once froze the loop, or cost all that a document says."""
    packed = {"Content-Encoding": "gzip"}
    blank = gzip.compress(b"<rss version='2.0'><channel>" + b" " * 1_000_000)
    wire.put("/blank", Reply(body=blank, content_type=RSS, headers=packed))
    items = "".join(_ITEM.format(wire.base, number) for number in range(100_000))
    many = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    wire.put("/many", Reply(body=gzip.compress(many), content_type=RSS, headers=packed))
    url = "<url><loc>{}/s/{}</loc></url>"
    urls = "".join(url.format(wire.base, number) for number in range(1_000_000))
    wire.put("/map", Reply(body=gzip.compress(f"<urlset>{urls}</urlset>".encode())))
    wire.put("/links", Reply(body=b"<p>", content_type=RSS, headers={"Link": "<" * 8_000}))
    only = "article_urls = nothing of these"
    return [
        source(name, wire, article_urls=only, **{kind: [f"{wire.base}/{name}"]})
        for name, kind in (
            ("blank", "feeds"),
            ("many", "feeds"),
            ("map", "sitemaps"),
            ("links", "feeds"),
        )
    ]


async def test_a_good_source_is_told_beside_documents_that_froze_the_loop(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1, cooperation=True))
    listen = f"127.0.0.1:{free_port()}"
    desk.configure(
        *await asyncio.to_thread(hostile, wire),
        source("good", wire),
        alerts={"alert_baseline": True},
        metrics={"listen": listen},
    )
    running = await desk.start("run")
    await until(lambda: bool(desk.alerts()), "the good story is told", within=90, of=running)
    await until(lambda: len(desk.last()) == 5, "each was polled", within=90, of=running)
    async with ClientSession() as session:
        async with session.get(f"http://{listen}/healthz") as answer:
            assert answer.status == 200
        async with session.get(f"http://{listen}/metrics") as answer:
            told = await answer.text()
    lag = next(line for line in told.splitlines() if line.startswith("wirewatch_loop_lag_max"))
    assert float(lag.split()[-1]) < 5, lag  # this machine may be busy; it was minutes
    began = time.monotonic()
    await running.terminate()
    assert time.monotonic() - began < 20


async def test_one_character_costs_no_more_than_itself(desk: Desk, wire: Wire) -> None:
    first, second = wire.page(1), wire.page(2)
    pair = paper.Line(url=first.url, title="Talks PAIR held")
    feed = paper.rss([pair, second]).replace("PAIR", "&#55357;&#56832; &#x110000; &#0; &#55357;")
    wire.put("/feed.xml", Reply(body=feed.encode(), content_type=RSS))
    news = "<news:news><news:title>Talks</news:title></news:news>"
    urls = f"<url><loc>{wire.page(3).url}</loc>{news}</url>"
    wire.put("/map", Reply(body=f"<urlset>{urls}</urlset>".encode(), content_type=XML))
    desk.configure(source("feed", wire), source("map", wire, sitemaps=[f"{wire.base}/map"]))
    ended = await desk.ask("run", "--once")
    assert ended.status == 0, ended.err
    pages = desk.pages()
    assert {row["state"] for row in pages.values()} == {"stored"}
    assert sorted(pages) == ["a/1", "a/2", "a/3"]
    assert "\U0001f600 \ufffd" in pages["a/1"]["title"]
