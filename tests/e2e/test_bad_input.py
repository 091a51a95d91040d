"""Whatever a server or an operator does wrong: one clear word about it, and the others go on."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.storage.schema import documents
from tests.e2e import paper
from tests.e2e.program import COMMAND
from tests.e2e.wire import RSS, Reply, Wire, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk

NEVER = asyncio.Event
FAILED, UNUSABLE = 1, 2
UNREAD = "robots.txt cannot be read"
RUSSIAN = "Пожар на складе в порту"
LIMIT = 1_000_000  # bytes of a page, in these tests


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def _no_traceback(said: str) -> None:
    assert "Traceback" not in said, said


# -- what a source's documents can do ------------------------------------------------------------


def _bad_feeds(wire: Wire) -> dict[str, tuple[Reply, str]]:
    """What each feed answers, and what must be said of it."""
    some = paper.rss([paper.Line(url=f"{wire.base}/a/1", title="One")]).encode()
    big = some.replace(b"A paper", b"A paper" + b" " * 20_000_000)
    page = paper.page(7).encode()
    return {
        "gone": (Reply(status=404), "the server answered 404 Not Found"),
        "broken": (Reply(status=500), "the server answered 500 Internal Server Error"),
        "busy": (
            Reply(status=503, headers={"Retry-After": "120"}),
            "the server answered 503 Service Unavailable",
        ),
        "page": (Reply(body=page), "an HTML page where a feed was expected"),
        "noise": (
            Reply(body=b"<rss><channel><tit & le>", content_type=RSS),
            "malformed XML without one readable entry",
        ),
        "nothing": (Reply(content_type=RSS), "an empty body where a feed was expected"),
        "huge": (Reply(body=big, content_type=RSS), "larger than crawl.max_page_bytes"),
        "cut": (Reply(body=some, content_type=RSS, cut=True), "the connection was lost half-way"),
        "hang": (Reply(gate=NEVER()), "no answer within the time limit"),
        "circle": (
            Reply(status=302, headers={"Location": "/feeds/circle"}),
            "redirected without end",
        ),
    }


async def test_a_bad_feed_is_named_and_the_other_sources_are_not_affected(
    desk: Desk, wire: Wire
) -> None:
    bad = _bad_feeds(wire)
    addresses = {name: wire.put(f"/feeds/{name}", reply) for name, (reply, _) in bad.items()}
    addresses["closed"] = f"http://127.0.0.1:{_free_port()}/feed.xml"
    wire.feed(wire.page(1), wire.page(2), path="/healthy.xml")
    misdeclared = paper.rss([wire.page(3, title="Пожар")], declared="koi8-r").encode()
    desk.configure(
        source("healthy", wire, feeds=[f"{wire.base}/healthy.xml"]),
        source("empty", wire, feeds=[wire.feed(path="/empty.xml")]),
        source("charset", wire, feeds=[wire.put("/koi.xml", Reply(body=misdeclared))]),
        *(source(name, wire, feeds=[url]) for name, url in addresses.items()),
        crawl={"timeout": "1s", "max_page_bytes": LIMIT},
    )
    ended = await desk.ask("run", "--once")
    _no_traceback(ended.err)
    assert ended.status == FAILED  # of several sources nothing could be learnt
    told = (await desk.status())["by_name"]
    for name, url in addresses.items():
        said = bad[name][1] if name in bad else f"{UNREAD}: the connection was refused"
        assert told[name]["outcome"] == "failed", (name, told[name])
        assert told[name]["last_error"] == f"{url}: {said}"
        assert f"document failed source={name} url={url} reason={said}" in ended.err
    outcomes = [told[name]["outcome"] for name in ("healthy", "empty", "charset")]
    assert outcomes == ["done", "nothing new", "done"]
    assert told["healthy"]["new_articles_24h"] == 2
    assert told["empty"]["counts"] == {
        "documents": 1,
        "entries": 0,
        "failed documents: empty-channel": 1,
    }
    assert told["empty"]["last_error"] == f"{wire.base}/empty.xml: a feed without one item"
    assert desk.pages()["a/3"]["state"] == "stored"
    rows = desk.rows(sa.select(documents))
    assert {row["url"] for row in rows if row["not_before"]} == set(addresses.values())
    assert {row["url"] for row in rows if row["rest_until"]} == {addresses["busy"]}
    assert wire.statuses("/feeds/busy") == [503]  # it said wait: so not even one more try


async def test_a_wire_that_asked_for_rest_is_left_alone_by_the_next_poll(
    desk: Desk, wire: Wire
) -> None:
    wire.put("/feed.xml", Reply(status=503, headers={"Retry-After": "3600"}))
    desk.configure(source("tired", wire))
    for expected in (FAILED, 0):
        ended = await desk.ask("crawl", "tired")
        assert ended.status == expected
        _no_traceback(ended.err)
    assert wire.statuses("/feed.xml") == [503]
    last = desk.runs()[-1]
    assert (last["outcome"], last["counts"]) == ("skipped", {"documents on hold": 1})


# -- what its pages can do -----------------------------------------------------------------------


def _bad_pages(wire: Wire, elsewhere: Wire) -> dict[int, tuple[Reply, str]]:
    """What each page answers, and the reason that must be counted."""
    page = paper.page(7).encode()
    return {
        1: (Reply(status=404), "http-404"),
        2: (Reply(status=410), "http-410"),
        3: (Reply(), "empty-page"),
        4: (Reply(body=b"%PDF-1.7 " + b"0" * 9000, content_type="application/pdf"), "not-html"),
        5: (Reply(body=page + b" " * LIMIT), "too-large"),
        6: (Reply(status=302, headers={"Location": f"{elsewhere.base}/a/1"}), "offsite"),
        7: (Reply(status=302, headers={"Location": "/a/7"}), "redirect-loop"),
        8: (Reply(body=page), "robots"),
        9: (Reply(body=b"<html><body><nav>Home</nav></body></html>"), ""),
        10: (Reply(body=bytes(range(256)) * 40), ""),
        11: (Reply(body=b"<p>" * 50_000), ""),
    }


async def test_a_bad_page_is_counted_with_its_reason_and_the_others_are_stored(
    desk: Desk, wire: Wire
) -> None:
    async with Wire(host="localhost") as elsewhere:
        elsewhere.page(1)
        bad = _bad_pages(wire, elsewhere)
        russian = paper.page(21, title=RUSSIAN).encode("windows-1251")
        half = Reply(body=russian, cut=True)
        passing = {31: Reply(status=500), 32: Reply(gate=NEVER()), 33: half}
        wire.put("/robots.txt", Reply(body=b"User-agent: *\nDisallow: /a/8\n"))
        lines = [wire.page(number, reply=reply) for number, (reply, _) in bad.items()]
        lines += [wire.page(number, reply=reply) for number, reply in passing.items()]
        # The header says UTF-8, the page says UTF-8, and its bytes are windows-1251.
        lines += [wire.page(20), wire.page(21, reply=Reply(body=russian))]
        wire.feed(*lines)
        desk.configure(source("paper", wire), crawl={"timeout": "1s", "max_page_bytes": LIMIT})
        ended = await desk.ask("crawl", "paper")
    _no_traceback(ended.err)
    assert ended.status == 0
    assert elsewhere.log == []
    told = await desk.status()
    found = {path: row for path, row in desk.pages().items() if path.startswith("a/")}
    for number, (_, reason) in bad.items():
        page = found[f"a/{number}"]
        assert page["state"] == "rejected", (number, page["state"], page["reason"])
        assert page["reason"].startswith(reason or page["reason"])
        assert page["reason"] in told["totals"]["rejected"]
    assert sum(told["totals"]["rejected"].values()) == len(bad)
    assert {found[f"a/{n}"]["state"] for n in passing} == {"failed"}  # with another try to come
    assert all(found[f"a/{n}"]["reason"] and found[f"a/{n}"]["retry_at"] for n in passing)
    assert {found[f"a/{n}"]["state"] for n in (20, 21)} == {"stored"}
    titles = [article["title"] for article in desk.articles()]
    assert sorted(titles) == [paper.title_of(20), RUSSIAN]
    assert told["totals"]["failed"] == len(passing)


async def test_whoever_waits_for_robots_txt_goes_by_it(desk: Desk, wire: Wire) -> None:
    wire.put("/robots.txt", Reply(body=b"User-agent: *\nDisallow: /\n"))
    feeds = [wire.feed(wire.page(number), path=f"/{number}.xml") for number in range(6)]
    desk.configure(source("forbidden", wire, feeds=feeds))
    assert (await desk.ask("crawl", "forbidden")).status == FAILED
    assert {line.path for line in wire.log} == {"/robots.txt"}


async def test_robots_txt_is_obeyed_or_its_absence_understood(desk: Desk) -> None:
    async with AsyncExitStack() as stack:
        wires = {
            name: await stack.enter_async_context(Wire())
            for name in ("forbids", "fails", "hangs", "lacks")
        }
        wires["forbids"].put("/robots.txt", Reply(body=b"User-agent: Wirewatch\nDisallow: /\n"))
        wires["fails"].put("/robots.txt", Reply(status=500))
        wires["hangs"].put("/robots.txt", Reply(gate=NEVER()))
        for number, wire in enumerate(wires.values()):
            wire.feed(wire.page(number))
        desk.configure(
            *(source(name, wire) for name, wire in wires.items()), crawl={"timeout": "1s"}
        )
        ended = await desk.ask("run", "--once")
    _no_traceback(ended.err)
    told = desk.last()
    assert told["forbids"]["outcome"] == "failed"
    assert "forbidden by the site's robots.txt" in told["forbids"]["reason"]
    assert wires["forbids"].asked("/feed.xml") == []
    assert told["lacks"]["outcome"] == "done"
    assert desk.stored() == {"lacks": 1}
    # No rules are to be had: that forbids everything, until they are.
    assert f"{UNREAD}: the server answered 500 for it" in told["fails"]["reason"]
    assert f"{UNREAD}: no answer within the time limit" in told["hangs"]["reason"]
    assert [wires[name].asked("/feed.xml") for name in ("fails", "hangs")] == [[], []]


# -- what an operator can do ---------------------------------------------------------------------


async def _said(desk: Desk, *words: str, program: tuple[str, ...] = COMMAND) -> str:
    """The one message of a command that cannot begin."""
    ended = await desk.ask(*words, program=program)
    _no_traceback(ended.err)
    assert ended.status == UNUSABLE, ended
    assert ended.err.startswith("wirewatch: ")
    assert ended.err.count("\n") == 1, ended.err
    return ended.err.removeprefix("wirewatch: ").strip()


async def test_a_wrong_configuration_is_one_message_that_names_the_place(
    desk: Desk, wire: Wire
) -> None:
    desk.configure(source("paper", wire), crawl={"intervall": "5m"})
    said = await _said(desk, "run")
    assert said == f"{desk.config}: crawl.intervall is not a setting; did you mean interval?"
    desk.configure(source("paper", wire), alerts={"timezone": "Minsk"})
    said = await _said(desk, "run")
    assert said.startswith(f'{desk.config}: alerts.timezone = "Minsk": expected the name')
    desk.config.write_text("[crawl\n", encoding="utf-8")
    assert (await _said(desk, "status")).startswith(f"{desk.config}: not valid TOML")
    desk.config.unlink()
    assert (await _said(desk, "status")).startswith(f"{desk.config}: there is no such file")


async def test_a_missing_slack_token_is_said_before_anything_is_polled(
    desk: Desk, wire: Wire
) -> None:
    desk.configure(source("paper", wire))
    with desk.config.open("a", encoding="utf-8") as file:
        file.write('[[channel]]\nname = "desk"\nkind = "slack"\ntarget = "#alerts"\n')
    said = await _said(desk, "run", "--once")
    assert said.startswith("channel desk: no Slack token. Set WIREWATCH_SLACK__TOKEN")
    assert wire.log == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("papre", "no source is called 'papre'; did you mean 'paper'? `wirewatch sources` lists"),
        ("zzz", "no source is called 'zzz'. `wirewatch sources` lists them all"),
        ("@centralasia", "no pack is called '@centralasia'; did you mean '@central-asia'?"),
        ("un", "no source is called 'un'; did you mean '@un'?"),
    ],
)
async def test_a_source_or_pack_that_is_not_there_is_met_with_the_nearest_that_is(
    desk: Desk, wire: Wire, word: str, said: str
) -> None:
    desk.configure(source("paper", wire))
    assert (await _said(desk, "crawl", word)).startswith(said)
    assert wire.log == []


@pytest.mark.parametrize("words", [("run", "--once"), ("run",), ("crawl", "paper")])
async def test_rules_that_cannot_be_read_are_said_before_anything_is_polled(
    desk: Desk, wire: Wire, words: tuple[str, ...]
) -> None:
    desk.configure(source("paper", wire), rules={"folders": ["nowhere"]})
    said = await _said(desk, *words)
    assert said.startswith(f"rules.folders: {desk.folder / 'nowhere'} is no folder")
    assert wire.log == []


async def test_a_source_on_the_open_net_needs_a_contact(desk: Desk, wire: Wire) -> None:
    desk.configure(source("paper", wire, feeds=["https://wire.invalid/feed.xml"]))
    assert (await _said(desk, "crawl", "paper")).startswith("crawl.contact is empty")


async def test_a_store_that_cannot_be_opened_is_named(
    desk: Desk, wire: Wire, tmp_path: Path
) -> None:
    paths = {
        tmp_path / "nowhere" / "w.db": "does not exist",
        tmp_path: "unable to open database file",
        _unwritable(tmp_path) / "w.db": "unable to open database file",
    }
    for path, expected in paths.items():
        desk.configure(source("paper", wire), store={"url": f"sqlite:///{path}"})
        said = await _said(desk, "run", "--once")
        assert expected in said
        assert str(path.parent if "nowhere" in str(path) else path) in said
    broken = tmp_path / "note.db"
    broken.write_text("This is no database. " * 500, encoding="utf-8")
    desk.configure(source("paper", wire), store={"url": f"sqlite:///{broken}"})
    assert "file is not a database" in await _said(desk, "run", "--once")
    desk.configure(
        source("paper", wire), store={"url": f"postgresql://nobody@127.0.0.1:{_free_port()}/none"}
    )
    assert "postgresql+psycopg://nobody@127.0.0.1" in await _said(desk, "run", "--once")
    assert wire.log == []


def _unwritable(tmp_path: Path) -> Path:
    """A folder that nobody can write to; /proc is one for root as well."""
    if Path("/proc/self").is_dir():
        return Path("/proc")
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    return folder


async def test_a_store_that_is_read_only_is_named(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1))
    desk.configure(source("paper", wire))
    assert (await desk.ask("crawl", "paper")).status == 0
    for file in desk.folder.glob("wirewatch.db*"):
        file.chmod(0o444)
    said = await _said(desk, "run", "--once", program=_as_anybody())
    assert str(desk.folder / "wirewatch.db") in said
    assert "attempt to write a readonly database" in said
    ended = await desk.ask("crawl", "paper", program=_as_anybody())
    _no_traceback(ended.err)
    assert ended.status == UNUSABLE
    assert "attempt to write a readonly database" in ended.err
    assert wire.statuses("/feed.xml") == [200]  # asked once, while it could be stored


def _as_anybody() -> tuple[str, ...]:
    """The program, bound by the permissions of files even where we are root."""
    if os.geteuid() != 0:
        return COMMAND
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may write to any file, and there is no setpriv to take that away")
    return (setpriv, "--bounding-set", "-dac_override,-dac_read_search", *COMMAND)


async def test_a_port_in_use_is_one_message(desk: Desk, wire: Wire) -> None:
    # `run` binds no port; of all that is started here only the replica does.
    port = wire.base.rpartition(":")[2]
    ended = await desk.ask("--port", port, program=(sys.executable, "-m", "replica.serve"))
    _no_traceback(ended.err)
    assert ended.status == FAILED
    assert ended.err.startswith(f"port {port} on 127.0.0.1 cannot be used")
    assert ended.err.count("\n") == 1
