"""Static server fast enough not to be what is measured: pages made before, sent as bytes.

    python -m benchmarks.replica --pages 400 --page-bytes 254000

A process of its own. Prints one JSON object when it answers (`Offer`), and serves until it is
terminated. The stories are distinct and wear the layouts of the demo's outlets; sitemaps announce
them. A short sitemap of further pages is for warming up.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import signal
import socket
from dataclasses import asdict, dataclass
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.heavy import weigh
from benchmarks.pages import load
from benchmarks.prose import write
from crawler.model.clock import utc_now
from replica.chrome import Publication
from replica.layout import render_article
from replica.outlets import outlet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from replica.story import Story

HOST = "127.0.0.1"
WARM = 32  # pages to warm up with
A_SITEMAP = 400  # entries of one sitemap: a poll takes up 500 of a document
_TEASERS = 12
_BUFFER = 1 << 20  # bytes the kernel takes at once, so that a page is one write
_XML = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Offer:
    """Where the replica answers, and what it holds. `page_bytes` is the mean of what it sends."""

    sitemaps: tuple[str, ...]
    warm: str
    pages: int
    page_bytes: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Offer:
        return cls(**{**told, "sitemaps": tuple(told["sitemaps"])})


class Shelf:
    """Every answer the replica can give, ready to be sent."""

    def __init__(self, base: str, *, now: datetime, packed: bool) -> None:
        self._base = base
        self._now = now
        self._packed = packed
        self._answers: dict[bytes, bytes] = {}
        self._missing = _answer("404 Not Found", "text/plain", b"")
        self._put("/robots.txt", "text/plain", b"User-agent: *\nDisallow: /search\n")

    def find(self, path: bytes) -> bytes:
        return self._answers.get(path, self._missing)

    def stock_saved(self, saved: Mapping[str, bytes]) -> Offer:
        """Offer pages that were saved somewhere, and made ones to warm up with."""
        for name, body in saved.items():
            self._put(f"/saved/{name}", "text/html", body)
        urls = "".join(f"<url><loc>{self._base}/saved/{name}</loc></url>" for name in saved)
        head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        self._put("/saved.xml", _XML, f"{head}{urls}</urlset>".encode())
        mean = sum(map(len, saved.values())) // len(saved)
        return self._offer([f"{self._base}/saved.xml"], len(saved), mean)

    def _offer(self, sitemaps: Sequence[str], pages: int, page_bytes: int) -> Offer:
        warm = self._publish(list(write(WARM, seed=2)), page_bytes, [])
        self._put("/warm.xml", _XML, _sitemap(warm))
        return Offer(tuple(sitemaps), f"{self._base}/warm.xml", pages, page_bytes)

    def stock(self, pages: int, *, page_bytes: int) -> Offer:
        sizes: list[int] = []
        published = self._publish(list(write(pages, seed=1)), page_bytes, sizes)
        sitemaps: list[str] = []
        for start in range(0, pages, A_SITEMAP):
            path = f"/sitemap-{start // A_SITEMAP}.xml"
            self._put(path, _XML, _sitemap(published[start : start + A_SITEMAP]))
            sitemaps.append(self._base + path)
        return self._offer(sitemaps, pages, sum(sizes) // len(sizes))

    def _publish(
        self, stories: Sequence[Story], page_bytes: int, sizes: list[int]
    ) -> list[Publication]:
        shown: list[Publication] = []
        for number, story in enumerate(stories):
            home = outlet(story.outlet)
            at = self._now - timedelta(minutes=story.minutes_ago)
            # The number first: two outlets' paths cannot meet.
            path = f"/{story.id.split('-')[1]}-{number}{home.path_of(story.id, story.section, at)}"
            publication = Publication(
                story=story, url=self._base + path, at=at, written=at, modified=at
            )
            beside = [p for p in shown if p.story.outlet == home.name][-_TEASERS:]
            page = render_article(publication, home, today=self._now, others=beside).decode(
                home.charset
            )
            texts = [p.story.paragraphs[0] for p in shown[-_TEASERS:]] or [story.title * 2]
            body = weigh(page, page_bytes, teasers=texts, seed=number).encode(
                home.charset, errors="xmlcharrefreplace"
            )
            sizes.append(len(body))
            self._put(path, f"text/html; charset={home.charset}", body)
            shown.append(publication)
        return shown

    def _put(self, path: str, content_type: str, body: bytes) -> None:
        headers = {}
        if self._packed:
            body = gzip.compress(body, compresslevel=5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self._answers[path.encode()] = _answer("200 OK", content_type, body, **headers)


def _answer(status: str, content_type: str, body: bytes, **headers: str) -> bytes:
    lines = {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def _sitemap(published: Sequence[Publication]) -> bytes:
    urls = "".join(
        f"<url><loc>{escape(p.url)}</loc><news:news>"
        f"<news:publication_date>{p.at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(p.story.title)}</news:title></news:news></url>\n"
        for p in published
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    ).encode()


class Conversation(asyncio.Protocol):
    """One connection: GET after GET, each answered at once."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        wire: socket.socket = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            asked, _, self._heard = self._heard.partition(b"\r\n\r\n")
            self._transport.write(self._shelf.find(asked.split(b" ", 2)[1]))


async def serve(pages: int, *, page_bytes: int, packed: bool, saved: Path | None) -> None:
    loop = asyncio.get_running_loop()
    wire = socket.create_server((HOST, 0), backlog=512)
    shelf = Shelf(f"http://{HOST}:{wire.getsockname()[1]}", now=utc_now(), packed=packed)
    if saved is None:
        offer = shelf.stock(pages, page_bytes=page_bytes)
    else:
        offer = shelf.stock_saved(load(saved))
    server = await loop.create_server(lambda: Conversation(shelf), sock=wire)
    print(json.dumps(offer.as_json()), flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--page-bytes", type=int, default=254_000)
    parser.add_argument("--gzip", action="store_true")
    parser.add_argument("--saved", type=Path, help="serve the saved pages of this folder instead")
    asked = parser.parse_args()
    asyncio.run(
        serve(asked.pages, page_bytes=asked.page_bytes, packed=asked.gzip, saved=asked.saved)
    )


if __name__ == "__main__":
    main()
