"""What a server may send: the headers, the framing and the bytes of one answer have limits."""

from __future__ import annotations

import asyncio
import gzip
import time
from typing import TYPE_CHECKING

import pytest

from tests.doubles.fetching import fetch
from tests.doubles.raw_server import RawServer, ok

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with RawServer() as opened:
        yield opened


def _endless(begin: bytes, again: bytes, *, pause: float = 0.0) -> object:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(pause)

    return write


async def test_what_is_no_body_is_cut_at_256_kilobytes(server: RawServer) -> None:
    endless = {
        "/lines": _endless(_OK, b"X-A: " + b"a" * 1_000 + b"\r\n"),
        "/line": _endless(_OK + b"X-A: ", b"a" * 60_000),
        "/status": _endless(b"HTTP/1.1 200 ", b"O" * 60_000),
        "/folded": _endless(_OK + b"X-A: a\r\n", b" and so on\r\n" * 1_000),
        "/tiny": _endless(_OK, b"a\n" * 10_000),
        "/hints": _endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100),
        "/trailers": _endless(_CHUNKED + b"2\r\nok\r\n0\r\n", b"X-A: " + b"a" * 1_000 + b"\r\n"),
        "/extensions": _endless(_CHUNKED, b"1;x=" + b"a" * 900 + b"\r\no\r\n"),
    }
    urls = {path: server.put(path, script) for path, script in endless.items()}  # type: ignore[arg-type]
    good = server.put("/good", ok(b"<html>good</html>"))
    before = time.monotonic()
    answers = await fetch(*urls.values(), good)
    assert answers[good].body == "<html>good</html>"
    assert {answers[url].slug for url in urls.values()} == {"headers-too-large"}
    assert answers[urls["/lines"]].said == "headers too large: more than 256 kB"
    assert [server.asked.count(path) for path in urls] == [1] * len(urls)  # not asked again at once
    assert time.monotonic() - before < 60
    assert answers.megabytes < 200
    assert "Traceback" not in answers.log


async def test_headers_that_are_long_and_end_are_read(server: RawServer) -> None:
    long = server.put("/long", ok(b"<html>read</html>", "X-Policy: " + "a" * 100_000))
    many = server.put("/many", ok(b"<html>many</html>", *(f"X-{n}: a" for n in range(5_000))))
    small = b"".join(b"8\r\n" + b"<p>a</p>" + b"\r\n" for _ in range(20_000))
    chunks = server.put("/chunks", _CHUNKED + small + b"0\r\n\r\n")
    answers = await fetch(long, many, chunks)
    assert answers[long].body == "<html>read</html>"
    assert answers[many].body == "<html>many</html>"
    assert answers[chunks].body == "<p>a</p>" * 20_000


async def test_bodies_have_a_bound_before_and_after_they_are_unpacked(server: RawServer) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    layers = b"<html>packed</html>"
    for _ in range(4):
        layers = gzip.compress(layers)
    urls = [
        server.put("/plain", _endless(_OK + b"\r\n", b"a" * 60_000)),  # type: ignore[arg-type]
        server.put("/packed", _endless(_OK + b"Content-Encoding: gzip\r\n\r\n", b"\0" * 60_000)),  # type: ignore[arg-type]
        server.put("/bomb", ok(bomb, "Content-Encoding: gzip")),
        server.put("/unlabelled", ok(bomb)),
    ]
    folded = server.put("/layers", ok(layers, "Content-Encoding: " + ", ".join(["gzip"] * 4)))
    answers = await fetch(*urls, folded, max_page_bytes=1_000_000)
    assert [answers[url].slug for url in urls] == ["too-large"] * 4
    assert answers[folded].said == "packed 4 times over"
    assert answers.megabytes < 200


async def test_a_body_that_drips_ends_with_the_time_limit(server: RawServer) -> None:
    drip = server.put("/drip", _endless(_OK + b"\r\n", b"a", pause=0.1))  # type: ignore[arg-type]
    head = server.put("/head", _endless(_OK, b"X: a\r\n", pause=0.1))  # type: ignore[arg-type]
    chunk = server.put("/chunk", _endless(_CHUNKED, b"1\r\na\r\n", pause=0.1))  # type: ignore[arg-type]
    before = time.monotonic()
    answers = await fetch(drip, head, chunk, timeout="1s")
    assert {answers[url].slug for url in (drip, head, chunk)} == {"timeout"}
    assert time.monotonic() - before < 60
