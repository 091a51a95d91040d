"""Servers that say one thing of an answer and send another."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from crawler.crawl.scrapy.redirects import sends_on
from tests.doubles.fetching import fetch
from tests.doubles.raw_server import RawServer, ok

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_PAGE = b"<!doctype html><html><body><p>The text.</p></body></html>"
_CUT = b"<!doctype html><html><body><p>The te"


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with RawServer() as opened:
        yield opened


def _moved(to: str, *headers: str) -> bytes:
    lines = ["HTTP/1.1 302 Found", f"Location: {to}", *headers, "Content-Length: 0"]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


async def test_what_ends_before_its_time_is_taken_the_second_time_where_it_is_whole(
    server: RawServer,
) -> None:
    chunk = f"{len(_PAGE):x}\r\n".encode() + _PAGE + b"\r\n"
    feed = b"<?xml version='1.0'?><rss><channel></channel></rss>\n"
    whole = {
        "/length": ok(_PAGE, f"Content-Length: {len(_PAGE) + 100}"),
        "/chunks": ok(chunk, "Transfer-Encoding: chunked"),
        "/feed": ok(feed, "Content-Length: 900", content_type="application/rss+xml"),
        "/json": ok(b'{"items": []}', "Content-Length: 90", content_type="application/json"),
        "/gzip": ok(gzip.compress(_PAGE), "Content-Length: 9000", "Content-Encoding: gzip"),
    }
    urls = [server.put(path, answer) for path, answer in whole.items()]
    cut = server.put("/cut", ok(_CUT, "Content-Length: 900"))
    text = server.put("/text", ok(b"no end to be seen", "Content-Length: 900"))
    answers = await fetch(*urls, cut, text)
    assert [answers[url].slug for url in urls] == [""] * len(urls)
    assert answers[urls[0]].body == _PAGE.decode()
    assert answers[urls[-1]].body == _PAGE.decode()
    assert [answers[url].slug for url in (cut, text)] == ["cut", "cut"]
    assert {server.asked.count(path) for path in ("/length", "/chunks", "/cut")} == {2}


async def test_gzip_that_says_nothing_of_itself_is_unpacked(server: RawServer) -> None:
    packed = gzip.compress(_PAGE)
    page = server.put("/page", ok(packed))
    octets = server.put("/octets", ok(packed, content_type="application/octet-stream"))
    kept = server.put("/map.xml.gz", ok(packed, content_type="application/gzip"))
    broken = server.put("/broken", ok(b"\x1f\x8b\x08 and then something else"))
    answers = await fetch(page, octets, kept, broken)
    assert answers[page].body == answers[octets].body == _PAGE.decode()
    assert answers[kept].body == packed.decode("latin-1")
    assert answers[broken].body.endswith("something else")


async def test_a_site_that_checks_for_cookies_is_given_back_its_own(server: RawServer) -> None:
    async def self_check(writer: object) -> None:
        told = "Cookie: seen=1" in server.heads[-1]
        answer = ok(_PAGE) if told else _moved("/self", "Set-Cookie: seen=1; Path=/; HttpOnly")
        writer.write(answer)  # type: ignore[attr-defined]

    async def page(writer: object) -> None:
        told = "Cookie: a=1; b=2" in server.heads[-1]
        answer = ok(_PAGE) if told else _moved("/check", "Set-Cookie: a=1")
        writer.write(answer)  # type: ignore[attr-defined]

    async def check(writer: object) -> None:
        assert "Cookie: a=1" in server.heads[-1]
        writer.write(_moved("/page", "Set-Cookie: b=2"))  # type: ignore[attr-defined]

    looped = server.put("/self", self_check)
    checked = server.put("/page", page)
    server.put("/check", check)
    other = server.put("/other", ok(_PAGE))
    endless = server.put("/endless", _moved("/endless", "Set-Cookie: n=1"))
    answers = await fetch(looped, checked, other, endless)
    assert answers[looped].body == answers[checked].body == _PAGE.decode()
    assert answers[endless].slug == "redirect-loop"
    heads = dict(zip(server.asked, server.heads, strict=True))
    assert "Cookie" not in heads["/other"]  # none outlives its chain of redirects


async def test_no_cookie_goes_to_another_host(server: RawServer) -> None:
    moved = server.put("/a", _moved(f"http://localhost:{server.port}/b", "Set-Cookie: secret=1"))
    server.put("/b", ok(_PAGE))
    both = (moved, f"http://localhost:{server.port}/b")
    answers = await fetch(*both)
    assert answers[moved].body == _PAGE.decode()
    assert not any("secret" in head for head in server.heads)


@pytest.mark.parametrize(
    ("tag", "followed"),
    [
        ('<meta http-equiv="refresh" content="0;url=/b">', True),
        ("<META HTTP-EQUIV=Refresh CONTENT='1; URL=&quot;/b&quot;'>", True),
        ('<meta content="5; url=/b?x=1&amp;y=2" http-equiv="refresh"/>', True),
        ('<meta http-equiv="refresh" content="0,/b">', True),
        ('<meta http-equiv="refresh" content="30;url=/b">', False),
        ('<meta http-equiv="refresh" content="0">', False),
        ('<meta http-equiv="refresh" content="0;url=http://elsewhere.example/b">', False),
        ('<meta http-equiv="refresh" content="0;url=javascript:alert(1)">', False),
        ('<noscript><meta http-equiv="refresh" content="0;url=/b"></noscript>', False),
        ('<!-- <meta http-equiv="refresh" content="0;url=/b"> -->', False),
        ('<meta name="refresh" content="0;url=/b">', False),
    ],
)
def test_where_a_page_sends_on_to(tag: str, followed: bool) -> None:
    to = sends_on(f"<html><head>{tag}</head></html>".encode(), "http://a.example/a")
    assert to.startswith("http://a.example/b") is followed
    assert bool(to) is followed


async def test_a_page_that_sends_on_is_followed_twice_at_most(server: RawServer) -> None:
    page = '<html><head><meta http-equiv="refresh" content="0;url=/{}"></head></html>'
    first = server.put("/1", ok(page.format(2).encode()))
    server.put("/2", ok(_PAGE))
    around = server.put("/x1", ok(page.format("x2").encode()))
    server.put("/x2", ok(page.format("x3").encode()))
    server.put("/x3", ok(page.format("x4").encode()))
    itself = server.put("/self", ok(page.format("self").encode()))
    answers = await fetch(first, around, itself)
    assert (answers[first].url, answers[first].body) == (server.base + "/2", _PAGE.decode())
    assert answers[around].url == server.base + "/x3"
    assert answers[itself].url == itself
    assert "/x4" not in server.asked
