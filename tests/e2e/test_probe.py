"""`wirewatch sources probe`: what a source does wrong is said in words, with what to do."""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.doubles.certificates import self_signed
from tests.e2e import paper
from tests.e2e.program import until
from tests.e2e.wire import RSS, Reply, Wire, source

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.desk import Desk

ARTICLES = r"/a/\d+$"
OK, WRONG, UNUSABLE = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The one source of a probe, as JSON and as people read it."""

    status: int
    told: dict[str, Any]

    @property
    def document(self) -> dict[str, Any]:
        one: dict[str, Any] = self.told["documents"][0]
        return one

    @property
    def sample(self) -> dict[str, Any]:
        one: dict[str, Any] = self.told["samples"][0]
        return one

    def slugs(self) -> set[str]:
        holders = (self.told, *self.told["documents"], *self.told["samples"])
        return {one["slug"] for holder in holders for one in holder["findings"]}


async def _probe(desk: Desk, name: str = "paper") -> Seen:
    ended = await desk.ask("sources", "probe", name, "--json")
    assert "Traceback" not in ended.err, ended.err
    assert not list(desk.folder.glob("*.db*"))
    assert not desk.journal.exists()
    return Seen(status=ended.status, told=json.loads(ended.out)["sources"][0])


def _dated(feed: str, age: timedelta) -> bytes:
    """The feed with all of its dates moved back."""
    head, *items = feed.split("<pubDate>")
    then = format_datetime(datetime.now(UTC) - age)
    return "".join([head, *(f"<pubDate>{then}<" + i.partition("<")[2] for i in items)]).encode()


# -- what is well --------------------------------------------------------------------------------


async def test_a_good_source_is_ok_and_shows_what_it_gives(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1), wire.page(2), paper.Line(url=f"{wire.base}/photo/9", title="A photo"))
    feed = wire.feed(
        wire.page(1), paper.Line(url=f"{wire.base}/photo/9", title="A photo"), etag='"v1"'
    )
    desk.configure(
        source("paper", wire, feeds=[feed], article_urls=ARTICLES, languages=["en"]),
        crawl={"contact": "desk@newsroom.example"},
    )
    seen = await _probe(desk)
    assert (seen.status, seen.told["verdict"]) == (OK, "ok")
    document = seen.document
    assert (document["status"], document["content_type"]) == (200, RSS)
    assert (document["entries"], document["articles"]) == (2, 1)
    assert document["others"] == [f"{wire.base}/photo/9"]
    assert document["conditional"] == "yes: 304 by ETag"
    content = seen.sample["content"]
    assert content["title"] == paper.title_of(1)
    assert content["language"] == "en"
    assert content["published"]["precision"] == "second"
    assert content["first_sentence"].endswith(".")
    assert seen.sample["words"] > 100
    assert "text" not in content


async def test_a_site_is_asked_as_a_poll_asks_it(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire), crawl={"contact": "desk@newsroom.example"})
    await _probe(desk)
    assert [line.path for line in wire.log] == ["/robots.txt", "/feed.xml", "/a/1"]
    assert all("desk@newsroom.example" in line.agent for line in wire.log)


async def test_it_is_readable_at_eighty_columns(desk: Desk, wire: Wire) -> None:
    desk.environment["COLUMNS"] = "80"
    wire.feed(wire.page(1))
    gone = wire.put("/gone.xml", Reply(status=404))
    feed = f"{wire.base}/feed.xml"
    desk.configure(
        source("paper", wire, title="The Paper", feeds=[feed, gone]), source("other", wire)
    )
    ended = await desk.ask("sources", "probe", "paper", "other")
    assert ended.status == WRONG
    lines = [line.rstrip() for line in ended.out.splitlines()]
    assert max(map(len, lines)) <= 80
    shown = "\n".join(lines)
    for said in (
        "paper: The Paper\n",
        f"  feed {feed}\n",
        f"    title: {paper.title_of(1)}\n",
        "language: en; credit: none; dateline: none; words: ",
        "    begins: The ",
        "→ The address is gone: look on the site where it stands now.",
        "works with a catch: ",
        "\nother\n",
    ):
        assert said in shown, shown


async def test_a_listing_and_a_sitemap_are_read_as_what_they_are(desk: Desk, wire: Wire) -> None:
    links = "".join(f'<a href="{wire.page(n).url}">Number {n}</a>' for n in (1, 2))
    page = f'<html><body><a href="/about">About</a>{links}</body></html>'
    listing = wire.put("/news", Reply(body=page.encode()))
    child = wire.put(
        "/child.xml",
        Reply(
            body=f"<urlset><url><loc>{wire.page(3).url}</loc></url></urlset>".encode(),
            content_type="application/xml",
        ),
    )
    index = f"<sitemapindex><sitemap><loc>{child}</loc></sitemap></sitemapindex>"
    sitemap = wire.put("/index.xml", Reply(body=index.encode(), content_type="application/xml"))
    desk.configure(
        source("paper", wire, listings=[listing], sitemaps=[sitemap], article_urls=ARTICLES)
    )
    seen = await _probe(desk)
    documents = {one["url"]: one for one in seen.told["documents"]}
    assert (documents[listing]["entries"], documents[listing]["articles"]) == (3, 2)
    assert documents[sitemap]["further"] == 1
    assert documents[child]["articles"] == 1
    assert seen.told["outcome"] == "ok", seen.told


# -- what is wrong with a document ---------------------------------------------------------------

CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"


@pytest.mark.parametrize(
    ("reply", "slug", "said"),
    [
        (Reply(status=403), "http-403", "the server answered 403 Forbidden"),
        (Reply(status=401), "http-401", "the server answered 401 Unauthorized"),
        (Reply(status=403, body=CHALLENGE), "challenge", "403 with a challenge page"),
        (Reply(body=CHALLENGE), "challenge", "200 with a challenge page"),
        (Reply(status=404), "http-404", "the server answered 404 Not Found"),
        (Reply(body=paper.page(7).encode()), "html-instead", "an HTML page where a feed"),
        (Reply(body=b"", content_type=RSS), "empty-body", "an empty body where a feed"),
        (Reply(body=paper.rss([]).encode(), content_type=RSS), "empty", "not one entry"),
        (Reply(body=b"x" * 20_000_000), "too-large", "larger than crawl.max_page_bytes"),
    ],
)
async def test_a_document_that_gives_nothing_does_not_work_and_says_why(
    desk: Desk, wire: Wire, reply: Reply, slug: str, said: str
) -> None:
    wire.put("/feed.xml", reply)
    desk.configure(source("paper", wire))
    seen = await _probe(desk)
    assert (seen.status, seen.told["outcome"]) == (WRONG, "does not work")
    assert seen.slugs() == {slug}
    assert said in seen.told["verdict"]
    assert seen.told["advice"]


async def test_one_document_of_two_is_a_catch(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1))
    gone = wire.put("/gone.xml", Reply(status=410))
    desk.configure(source("paper", wire, feeds=[f"{wire.base}/feed.xml", gone]))
    seen = await _probe(desk)
    assert seen.status == WRONG
    assert seen.told["verdict"] == "works with a catch: feed: the server answered 410 Gone"


async def test_a_frozen_feed_and_one_from_the_future_are_told(desk: Desk, wire: Wire) -> None:
    feed = paper.rss([wire.page(1)])
    old = wire.put("/old.xml", Reply(body=_dated(feed, timedelta(days=90)), content_type=RSS))
    new = wire.put("/new.xml", Reply(body=_dated(feed, -timedelta(days=2)), content_type=RSS))
    week = wire.put("/week.xml", Reply(body=_dated(feed, timedelta(days=5)), content_type=RSS))
    desk.configure(
        source("frozen", wire, feeds=[old]),
        source("future", wire, feeds=[new]),
        source("silent", wire, feeds=[week], kind="wire"),
    )
    for name, said in (
        ("frozen", "works with a catch: feed: it is frozen: its newest entry is 90 d old"),
        ("future", "works with a catch: feed: 1 of 1 entries are dated in the future"),
        ("silent", "works with a catch: its newest entry is 5 d old, much for a wire"),
    ):
        assert (await _probe(desk, name)).told["verdict"] == said


async def test_a_document_that_moved_says_where_to(desk: Desk, wire: Wire) -> None:
    new = wire.feed(wire.page(1))
    old = wire.put("/old.xml", Reply(status=301, headers={"Location": "/feed.xml"}))
    away = wire.put("/away.xml", Reply(status=302, headers={"Location": "http://other.invalid/"}))
    desk.configure(source("paper", wire, feeds=[old]), source("gone", wire, feeds=[away]))
    seen = await _probe(desk)
    assert seen.told["verdict"] == f"works with a catch: feed: it has moved for good to {new}"
    assert seen.told["advice"] == ["Declare the new address."]
    assert "leads to another site, other.invalid" in (await _probe(desk, "gone")).told["verdict"]


async def test_a_pattern_that_matches_nothing_is_shown_what_there_is(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1), wire.page(2))
    page = f'<a href="/">Home</a><a href="{wire.base}/a/17">Seventeen</a>'
    listing = wire.put("/news", Reply(body=f"<html><body>{page}</body></html>".encode()))
    desk.configure(
        source("paper", wire, feeds=[f"{wire.base}/feed.xml"], article_urls="/news/"),
        source("list", wire, listings=[listing], article_urls="/story/", next_page="a.next"),
    )
    seen = await _probe(desk)
    assert seen.told["verdict"] == "does not work: feed: no entry of 2 matches article_urls"
    assert seen.document["others"] == [f"{wire.base}/a/1", f"{wire.base}/a/2"]
    seen = await _probe(desk, "list")
    assert seen.slugs() == {"no-match", "no-next-page"}
    assert seen.document["others"][0] == f"{wire.base}/a/17"


async def test_links_to_another_site_are_told(desk: Desk, wire: Wire) -> None:
    wire.feed(paper.Line(url="http://elsewhere.example/a/5", title="Elsewhere"), wire.page(1))
    desk.configure(source("paper", wire, article_urls=ARTICLES))
    seen = await _probe(desk)
    assert "articles on another site would be refused: elsewhere.example" in seen.told["verdict"]


async def test_robots_txt_is_obeyed(desk: Desk, wire: Wire) -> None:
    wire.put("/robots.txt", Reply(body=b"User-agent: *\nDisallow: /", content_type="text/plain"))
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire))
    seen = await _probe(desk)
    assert "forbidden by the site's robots.txt" in seen.told["verdict"]
    assert wire.asked("/feed.xml") == []


async def test_a_host_that_is_not_there_is_not_blamed_on_its_robots_txt(desk: Desk) -> None:
    async with Wire() as gone:
        pass  # nobody listens at its address any more
    desk.configure(source("paper", gone))
    seen = await _probe(desk)
    assert seen.slugs() == {"unreachable"}
    assert seen.told["verdict"] == "does not work: feed: the connection was refused"


async def test_a_certificate_that_is_not_valid_is_not_looked_away_from(
    desk: Desk, tmp_path: Path
) -> None:
    async with Wire(tls=self_signed(tmp_path)) as secure:
        secure.put("/robots.txt", Reply(status=404))
        secure.feed(secure.page(1))
        desk.configure(source("paper", secure))
        seen = await _probe(desk)
    assert seen.told["outcome"] == "does not work"
    assert seen.slugs() == {"certificate"}
    assert "the server's certificate is not valid" in seen.told["verdict"]
    assert secure.log == []


# -- what is wrong with an article ---------------------------------------------------------------


def _article(body: str, date: str = "") -> Reply:
    stated = f'<meta property="article:published_time" content="{date}">' if date else ""
    head = f'<html lang="en"><head><title>A title that says something</title>{stated}</head>'
    return Reply(body=f"{head}<body><article><h1>A title</h1>{body}</article></body>".encode())


async def test_an_article_without_date_or_much_text_is_a_catch(desk: Desk, wire: Wire) -> None:
    words = "<p>The council met in the old town hall and spoke about the harbour at length.</p>"
    line = wire.page(1, reply=_article(words * 2))
    feed = paper.atom([line]).replace("<updated>", "<x>").replace("</updated>", "</x>")
    wire.put("/feed.xml", Reply(body=feed.encode(), content_type="application/atom+xml"))
    desk.configure(source("paper", wire, body="article", date="time.printed"))
    seen = await _probe(desk)
    assert {"short", "no-date", "selector", "undated"} <= seen.slugs(), seen.told
    said = [one["said"] for one in seen.sample["findings"]]
    assert "selector `date` (time.printed) is not found on the page" in said


async def test_an_article_behind_a_wall_does_not_work(desk: Desk, wire: Wire) -> None:
    wire.feed(*(wire.page(n, reply=Reply(status=403)) for n in range(1, 6)))
    desk.configure(source("paper", wire))
    seen = await _probe(desk)
    assert seen.told["verdict"] == ("does not work: the article: the server answered 403 Forbidden")
    assert len(seen.told["samples"]) == 3, "it gives up after a few"


async def test_where_one_article_cannot_be_read_the_next_is_tried(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1, reply=Reply(body=b"<html></html>")), wire.page(2))
    desk.configure(source("paper", wire))
    seen = await _probe(desk)
    assert seen.told["outcome"] == "works with a catch"
    assert [one["content"] is not None for one in seen.told["samples"]] == [False, True]


async def test_the_articles_of_a_lead_only_source_are_not_fetched(desk: Desk, wire: Wire) -> None:
    feed = paper.rss([wire.page(1)]).replace(
        "</link><pub", "</link><description>x</description><pub"
    )
    wire.put("/feed.xml", Reply(body=feed.encode(), content_type=RSS))
    desk.configure(source("paper", wire, lead_only=True))
    seen = await _probe(desk)
    assert (seen.status, seen.told["samples"]) == (OK, [])
    assert wire.asked("/a/1") == []
    assert "no article is fetched (lead_only)" in (await desk.ask("sources", "probe", "paper")).out


# -- how it is asked for -------------------------------------------------------------------------


async def test_several_sources_of_one_site_are_probed_one_after_the_other(
    desk: Desk, wire: Wire
) -> None:
    names = ["one", "two", "three"]
    for name in names:
        wire.feed(wire.page(1), path=f"/{name}.xml")
    desk.configure(*(source(n, wire, feeds=[f"{wire.base}/{n}.xml"]) for n in names))
    ended = await desk.ask("sources", "probe", *names, "--json")
    assert [one["source"] for one in json.loads(ended.out)["sources"]] == names
    asked = [line.path for line in wire.log if line.path.endswith(".xml")]
    own = ["/robots.txt", "/one.xml", "/a/1", "/two.xml", "/a/1", "/three.xml"]
    assert [line.path for line in wire.log][:6] == own
    assert asked == ["/one.xml", "/two.xml", "/three.xml"]


async def test_a_pack_can_be_probed_and_what_is_not_there_cannot(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire, packs=["mine"]))
    assert (await desk.ask("sources", "probe", "@mine")).status == OK
    ended = await desk.ask("sources", "probe", "papre")
    assert (ended.status, ended.out) == (UNUSABLE, "")
    assert "did you mean 'paper'?" in ended.err


async def test_a_site_must_be_able_to_reach_whoever_probes_it(desk: Desk) -> None:
    desk.configure()
    ended = await desk.ask("sources", "probe", "kazinform")
    assert ended.status == UNUSABLE
    assert "crawl.contact is empty" in ended.err


async def test_a_probe_that_takes_too_long_tells_what_it_saw(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1))
    slow = wire.put("/slow.xml", Reply(gate=asyncio.Event()))
    feeds = [f"{wire.base}/feed.xml", slow]
    desk.configure(source("paper", wire, feeds=feeds), crawl={"poll_timeout": "8s"})
    seen = await _probe(desk)
    assert seen.status == WRONG
    assert seen.document["articles"] == 1
    assert [one["said"] for one in seen.told["findings"]] == [
        "it took longer than crawl.poll_timeout"
    ]


async def test_an_interrupt_ends_it_at_once(desk: Desk, wire: Wire) -> None:
    wire.put("/feed.xml", Reply(gate=asyncio.Event()))
    desk.configure(source("paper", wire))
    running = await desk.start("sources", "probe", "paper")
    await until(lambda: bool(wire.asked("/feed.xml")), "the feed is asked", of=running)
    running._process.send_signal(signal.SIGINT)
    ended = await running.ended(within=15)
    assert ended.status != OK
    assert "Traceback" not in ended.err, ended.err
