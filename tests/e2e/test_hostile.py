"""What somebody who means harm can publish: it costs them their own pages, and nobody else's."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.storage.schema import pages
from tests.doubles.slack.mock_slack import TOKEN, MockSlack
from tests.e2e import paper
from tests.e2e.desk import Desk
from tests.e2e.program import until
from tests.e2e.wire import RSS, Reply, Wire, source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LIMIT = 1_000_000
NEWEST = 500  # entries of one document that a poll takes up
XML = "application/xml"
_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "'
    + "z" * 100
    + '">'
    + "".join(
        f'<!ENTITY {name} "{"&" + before + ";" + ("&" + before + ";") * 9}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
_SPY = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY i SYSTEM "{file}">]>'


@pytest.fixture
async def stored(tmp_path: Path, store_url: str) -> AsyncIterator[Desk]:
    """An installation on each kind of store."""
    async with Desk(tmp_path, store_url=store_url) as desk:
        yield desk


def _rss(title: str, url: str) -> str:
    return f"<rss version='2.0'><channel><item><title>{title}</title><link>{url}</link></item>"


# -- feeds ---------------------------------------------------------------------------------------


async def test_addresses_that_no_crawler_should_follow_are_not_followed(
    stored: Desk, wire: Wire
) -> None:
    async with Wire(host="localhost") as elsewhere:
        outside = elsewhere.page(1).url
        wire.put("/a/2", Reply(status=302, headers={"Location": "file:///etc/hostname"}))
        unusable = [
            "file:///etc/hostname",
            "javascript:alert(1)",
            "data:text/html,<p>hello</p>",
            "http://host.invalid:123456/a",
            f"{wire.base}/a/{'x' * 10_000}",
        ]
        good = wire.page(1).url
        # A control character is no part of a feed: what is left is an address of its own.
        bare = f"{wire.base}/a/3?q=\x00"
        usable = [outside, f"{wire.base}/a/2", f"{wire.base}/a/3?q=\u202e'--", bare, good]
        addresses = [*unusable, "http://[", *usable, f"{good}?utm_source=feed", f"{good}#top"]
        wire.feed(*(paper.Line(url=url, title="A title\x00") for url in addresses))
        stored.configure(source("paper", wire, article_urls=".*"))
        ended = await stored.ask("crawl", "paper")
        assert elsewhere.log == []
    assert ended.status == 0, ended.err
    assert "Traceback" not in ended.err
    states = sorted(row["state"] for row in stored.rows(sa.select(pages)))
    assert states == ["failed", "rejected", "rejected", "rejected", "stored"]
    told = stored.last()["paper"]
    assert told["outcome"] == "done"
    assert told["counts"]["unusable addresses"] >= len(unusable)
    assert told["counts"]["rejected: offsite"] == 1
    assert wire.statuses("/a/1") == [200]


async def test_one_broken_link_does_not_cost_a_listing_or_a_sitemap(desk: Desk, wire: Wire) -> None:
    links = ["http://[", "//[x/", "http://a\u2100b/", "?page=1", wire.page(1).url, "\x01"]
    anchors = "".join(f'<a href="{link}">Read on</a>' for link in links)
    head = '<html><head><base href="http://["></head><body>'
    wire.put("/list", Reply(body=f"{head}{anchors}".encode()))
    locations = "".join(f"<url><loc>{link}</loc></url>" for link in [*links[:4], wire.page(2).url])
    wire.put("/map", Reply(body=f"<urlset>{locations}</urlset>".encode(), content_type=XML))
    desk.configure(
        source("list", wire, listings=[f"{wire.base}/list"], article_urls="/a/"),
        source("map", wire, sitemaps=[f"{wire.base}/map"]),
    )
    assert (await desk.ask("run", "--once")).status == 0
    assert [row["state"] for path, row in desk.pages().items() if "a/" in path] == ["stored"] * 2


async def test_a_feed_of_thousands_costs_no_more_than_its_newest(desk: Desk, wire: Wire) -> None:
    missing = [paper.Line(url=f"{wire.base}/m/{n}", title=f"Entry {n}") for n in range(5_000)]
    wire.feed(*missing)
    wire.put("/small.xml", Reply(body=paper.rss([wire.page(1)]).encode()))
    desk.configure(source("many", wire), source("small", wire, feeds=[f"{wire.base}/small.xml"]))
    assert (await desk.ask("run", "--once")).status == 0
    told = desk.last()
    assert told["many"]["counts"]["rejected: http-404"] == NEWEST
    assert told["many"]["counts"]["entries left for the next polls"] == 5_000 - NEWEST
    assert desk.stored() == {"small": 1}


async def test_documents_that_unfold_or_reach_for_files_do_neither(desk: Desk, wire: Wire) -> None:
    secret = desk.folder / "secret.txt"
    await asyncio.to_thread(secret.write_text, "the-secret-of-this-machine")
    url = wire.page(1).url
    spy = _SPY.format(file=secret.as_uri())
    sitemap = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{}</loc>"
    zeros = gzip.compress(bytes(200 * LIMIT))
    packed = Reply(body=zeros, content_type=RSS, headers={"Content-Encoding": "gzip"})
    feeds = {
        "bomb": _BOMB + _rss("&i;", url + "?bomb=1"),
        "spy": spy + _rss("&i;", url + "?spy=1"),
    }
    maps = {
        "mapbomb": _BOMB + sitemap.format(url + "?&i;"),
        "mapspy": spy + sitemap.format(url + "?&i;"),
    }
    for name, text in (feeds | maps).items():
        wire.put(f"/{name}", Reply(body=text.encode(), content_type=XML))
    wire.put("/zeros", packed)
    wire.put("/mapzeros", Reply(body=zeros))
    wire.feed(wire.page(2), path="/healthy")
    desk.configure(
        *(source(name, wire, feeds=[f"{wire.base}/{name}"]) for name in (*feeds, "zeros")),
        *(source(name, wire, sitemaps=[f"{wire.base}/{name}"]) for name in (*maps, "mapzeros")),
        source("healthy", wire, feeds=[f"{wire.base}/healthy"]),
        crawl={"max_page_bytes": LIMIT},
    )
    ended = await desk.ask("run", "--once")
    assert "Traceback" not in ended.err
    told = desk.last()
    assert "larger than crawl.max_page_bytes" in told["zeros"]["reason"]
    assert told["mapzeros"]["outcome"] == "failed"
    assert desk.stored()["healthy"] == 1
    for row in desk.pages().values():
        assert "the-secret-of-this-machine" not in row["title"] + row["url"]
        assert len(row["title"]) + len(row["url"]) < 10_000


async def test_a_server_that_drips_is_not_waited_for(desk: Desk, wire: Wire) -> None:
    async with asyncio.timeout(90):
        dripping = await asyncio.start_server(_drip, "127.0.0.1", 0)
        port = dripping.sockets[0].getsockname()[1]
        wire.feed(wire.page(1))
        desk.configure(
            source("drip", wire, feeds=[f"http://127.0.0.1:{port}/feed.xml"]),
            source("healthy", wire),
            crawl={"timeout": "1s"},
        )
        try:
            ended = await desk.ask("run", "--once")
        finally:
            dripping.close()
    assert "Traceback" not in ended.err
    told = desk.last()
    assert told["drip"]["outcome"] == "failed"
    assert told["healthy"]["outcome"] == "done"


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte of body ten times a second, without end."""
    asked = await reader.readuntil(b"\r\n\r\n")
    if b"robots.txt" in asked.split(b"\r\n")[0]:
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    else:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        try:
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.1)
        except ConnectionError:
            return
    writer.close()


# -- one page, twice -----------------------------------------------------------------------------


async def test_one_address_in_two_feeds_of_two_sources_is_stored_and_alerted_once(
    stored: Desk, wire: Wire
) -> None:
    line = wire.page(1, cooperation=True)
    for path in ("/one.xml", "/two.xml", "/three.xml"):
        wire.feed(line, path=path)
    stored.configure(
        source("first", wire, feeds=[f"{wire.base}/one.xml", f"{wire.base}/two.xml"]),
        source("second", wire, feeds=[f"{wire.base}/three.xml"]),
        alerts={"alert_baseline": True},
    )
    ended = await stored.ask("run", "--once")
    assert ended.status == 0, ended.err
    assert [(row["url"][-4:], row["version"]) for row in stored.articles()] == [("/a/1", 1)]
    assert [alert["url"] for alert in stored.alerts()] == [line.url]


# -- titles --------------------------------------------------------------------------------------


async def test_a_hostile_title_pings_nobody_and_breaks_no_line(desk: Desk, wire: Wire) -> None:
    titles = [
        "Agreement <!channel> <@U012AB3CD> <!here> & co",
        "Agreement *bold* _it_ `code` <https://evil.invalid|the ministry>",
        "Agreement [bold red]markup[/] [link=https://evil.invalid]x[/link] \x1b[31m\x1b]0;x\x07",
        "Agreement \u202egnihton\u2066 \ufeff\u200b",
        "Agreement " + "very " * 500 + "long",
        "Agreement \"},{'$gt':''}; DROP TABLE articles;--",
    ]
    lines = [
        wire.page(number, title=title, cooperation=True) for number, title in enumerate(titles)
    ]
    wire.feed(*(paper.Line(url=line.url, title="Agreement") for line in lines))
    async with MockSlack() as slack:
        desk.configure(
            source("paper", wire),
            slack={"base_url": slack.base_url},
            alerts={"alert_baseline": True},
        )
        with desk.config.open("a", encoding="utf-8") as file:
            file.write('[[channel]]\nname = "desk"\nkind = "slack"\ntarget = "C0ALERTS"\n')
            file.write('[[channel]]\nname = "screen"\nkind = "terminal"\n')
        desk.environment = {"WIREWATCH_SLACK__TOKEN": TOKEN}
        ended = await desk.ask("run", "--once")
    assert ended.status == 0, ended.err
    assert len(slack.messages) == len(desk.alerts()) == len(titles)
    said = json.dumps(slack.messages, ensure_ascii=False)
    for ping in ("<!channel", "<@U", "<!here", "<https://evil"):
        assert ping not in said
    assert "Traceback" not in ended.err
    assert "[bold red]markup" in ended.out  # shown as it is written
    for control in ("\x1b", "\x07", "\u202e", "\u2066"):
        assert control not in ended.out
        assert control not in said
    assert TOKEN not in ended.out + ended.err


# -- pages ---------------------------------------------------------------------------------------


async def test_a_page_with_bytes_that_no_store_takes_is_stored_without_them(
    stored: Desk, wire: Wire
) -> None:
    body = paper.page(1, title="A title\x00 of bytes\ud800", cooperation=True)
    body = body.replace("</head>", '<link rel="canonical" href="http://["></head>', 1)
    body = body.replace("</p>", " nul \x00 bell \x07 &#xD800; &#0; half \ud83d</p>")
    reply = Reply(body=body.encode("utf-8", "surrogatepass"))
    line = wire.page(1, reply=reply)
    wire.feed(line)
    stored.configure(source("paper", wire), alerts={"alert_baseline": True})
    ended = await stored.ask("run", "--once")
    assert ended.status == 0, ended.err
    assert "Traceback" not in ended.err
    assert [row["state"] for row in stored.pages().values()] == ["stored"]
    assert [alert["url"] for alert in stored.alerts()] == [line.url]


async def test_a_page_that_is_too_much_for_a_worker_costs_that_page_only(
    desk: Desk, wire: Wire
) -> None:
    deep = b"<html><body>" + b"<div><span>" * 200_000 + b"</body></html>"
    wide = b"<html><body><p>" + b"a " * 4_000_000 + b"</p></body></html>"
    looks = b"<html><head><title>x</title></head><body>" + b"<a href='" * 100_000
    bodies = {1: deep, 2: wide, 3: looks, 4: b"\xff\xfe" + bytes(range(256)) * 999}
    lines = [wire.page(number, reply=Reply(body=body)) for number, body in bodies.items()]
    wire.feed(*lines, wire.page(5))
    desk.configure(source("paper", wire), extraction={"timeout": "2s"})
    before = datetime.now(UTC)
    running = await desk.start("crawl", "paper")
    await until(lambda: not running.alive, "the crawl is over", within=60)
    ended = await running.ended()
    assert ended.status == 0, ended.err
    assert (datetime.now(UTC) - before).total_seconds() < 45
    found = desk.pages()
    assert found["a/5"]["state"] == "stored"
    for number in bodies:
        assert found[f"a/{number}"]["state"] in {"stored", "rejected"}, found[f"a/{number}"]
    assert "Traceback" not in ended.err
