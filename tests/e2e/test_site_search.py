"""`sources add` and `probe --unproven`: a site is searched for a way to read it, and declared."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.e2e import paper
from tests.e2e.wire import RSS, Reply, Wire, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk

CONTACT = {"contact": "desk@newsroom.example"}


def _front(*anchors: str, head: str = "") -> Reply:
    body = f'<html lang="en-GB"><head><title>The Paper</title>{head}</head><body>'
    return Reply(body=(body + "".join(anchors) + "</body></html>").encode())


def _anchors(wire: Wire, numbers: range) -> list[str]:
    made = []
    for number in numbers:
        page = wire.page(number)
        long = f"{wire.base}/news/{1000 + number}-a-story-of-the-day"
        wire.put(long.removeprefix(wire.base), Reply(body=paper.page(number).encode()))
        made.append(f'<p><a href="{long}">{page.title} and what came of it</a></p>')
    return made


async def _add(desk: Desk, url: str, *words: str) -> tuple[int, dict[str, Any], str]:
    ended = await desk.ask("sources", "add", url, "--name", "paper", *words)
    assert "Traceback" not in ended.err, ended.err
    told = tomllib.loads(ended.out).get("source", [{}])[0]
    return ended.status, told, ended.err


async def test_a_feed_that_the_page_names_is_taken(desk: Desk, wire: Wire) -> None:
    feed = wire.feed(wire.page(1), wire.page(2))
    link = f'<link rel="alternate" type="application/rss+xml" href="{feed}">'
    wire.put("/", _front(head=link))
    desk.configure(crawl=CONTACT)
    status, told, said = await _add(desk, wire.base + "/")
    assert (status, told["feeds"]) == (0, [feed]), said
    assert (told["title"], told["languages"]) == ("The Paper", ["en"])
    assert "begins: The " in said


async def test_a_feed_that_no_page_names_is_found_where_software_puts_it(
    desk: Desk, wire: Wire
) -> None:
    wire.put("/", _front())
    feed = wire.feed(wire.page(1), path="/rss.xml")
    desk.configure(crawl=CONTACT)
    status, told, said = await _add(desk, wire.base + "/")
    assert (status, told["feeds"]) == (0, [feed]), said


async def test_the_address_of_a_feed_will_do(desk: Desk, wire: Wire) -> None:
    feed = wire.feed(wire.page(1))
    desk.configure(crawl=CONTACT)
    status, told, said = await _add(desk, feed)
    assert (status, told["feeds"]) == (0, [feed]), said


async def test_a_list_of_news_is_read_by_the_shape_of_its_links(desk: Desk, wire: Wire) -> None:
    wire.put("/", _front('<a href="/news">News</a> <a href="/about">About</a>'))
    wire.put("/news", _front(*_anchors(wire, range(1, 7))))
    desk.configure(crawl=CONTACT)
    status, told, said = await _add(desk, wire.base + "/", "--write")
    assert status == 0, said
    (told,) = tomllib.loads(desk.config.read_text("utf-8"))["source"]
    assert told["listings"] == [f"{wire.base}/news"]
    assert told["article_urls"].endswith(r"/news/\d+[-_][^/?#]+/?(?:\?|$)")
    polled = await desk.ask("crawl", "paper")
    assert polled.status == 0, polled.err
    assert len([line for line in wire.log if "a-story-of-the-day" in line.path]) > 3


async def test_a_site_without_any_way_is_said_so_and_nothing_is_written(
    desk: Desk, wire: Wire
) -> None:
    wire.put("/", _front('<a href="/about">About</a>'))
    wire.put("/feed/", Reply(body=b"<html>not here</html>"))
    wire.put("/rss.xml", Reply(body=b"<rss><channel></channel></rss>", content_type=RSS))
    desk.configure(crawl=CONTACT)
    before = desk.config.read_bytes()
    status, told, said = await _add(desk, wire.base + "/", "--write")
    assert (status, told) == (1, {})
    assert "no feed, sitemap or list of news was found" in " ".join(said.split())
    assert desk.config.read_bytes() == before


async def test_a_sitemap_that_robots_txt_names_is_taken(desk: Desk, wire: Wire) -> None:
    wire.put("/", _front())
    _anchors(wire, range(1, 7))
    today = datetime.now(UTC).date().isoformat()
    entries = "".join(
        f"<url><loc>{wire.base}/news/{1000 + n}-a-story-of-the-day</loc>"
        f"<lastmod>{today}</lastmod></url>"
        for n in range(1, 7)
    )
    sitemap = wire.put(
        "/maps/all.xml",
        Reply(body=f"<urlset>{entries}</urlset>".encode(), content_type="application/xml"),
    )
    robots = f"User-agent: *\nAllow: /\nSitemap: {sitemap}\n"
    wire.put("/robots.txt", Reply(body=robots.encode(), content_type="text/plain"))
    desk.configure(crawl=CONTACT)
    status, told, said = await _add(desk, wire.base + "/")
    assert (status, told.get("sitemaps")) == (0, [sitemap]), said
    assert told["article_urls"].endswith(r"/news/\d+[-_][^/?#]+/?(?:\?|$)")


async def test_an_unproven_source_that_does_not_work_is_declared_another_way(
    desk: Desk, wire: Wire
) -> None:
    wire.put("/", _front())
    feed = wire.feed(wire.page(1), path="/rss.xml")
    gone = f"{wire.base}/gone.xml"
    known = {"title": "The Paper", "country": "MT", "timezone": "Europe/Malta"}
    desk.configure(
        source("paper", wire, feeds=[gone], unproven="Nobody saw it.", **known), crawl=CONTACT
    )
    ended = await desk.ask("sources", "probe", "paper", "--unproven")
    assert ended.status == 0, ended.err
    (told,) = tomllib.loads(ended.out)["source"]
    assert told["feeds"] == [feed]
    assert known.items() <= told.items()
    assert "unproven" not in told


async def test_an_unproven_source_that_works_is_declared_as_it_stands(
    desk: Desk, wire: Wire
) -> None:
    feed = wire.feed(wire.page(1))
    desk.configure(source("paper", wire, feeds=[feed], unproven="Nobody saw it."), crawl=CONTACT)
    ended = await desk.ask("sources", "probe", "--unproven", "paper")
    assert ended.status == 0, ended.err
    (told,) = tomllib.loads(ended.out)["source"]
    assert told["feeds"] == [feed]
    assert "unproven" not in told
    assert f"{wire.base}/rss.xml" not in [wire.base + line.path for line in wire.log]
