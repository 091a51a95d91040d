"""A web archive of our own: pywb, a real server of an index and of captures, over WARC files.

Its index speaks the dialect of the Common Crawl, whose index server it is; the Wayback Machine's
other dialect (a table in JSON, a key to go on with) is tested in test_cdx.py.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Self

import aiohttp
from aiohttp import web
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.doubles.http_server import Serving

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PYWB = Path(sys.executable).parent / "wayback"
_START = 60.0  # seconds; it loads everything it has


def write_warc(
    file: Path, captures: Iterable[tuple[str, bytes, datetime]], *, mode: str = "wb"
) -> Path:
    """A WARC file, each record a gzip member of its own, as crawlers write it."""
    with file.open(mode) as stream:
        writer = WARCWriter(stream, gzip=True)
        for url, body, at in captures:
            headers = StatusAndHeaders(
                "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
            )
            record = writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}"},
            )
            writer.write_record(record)
            record.raw_stream.close()  # a temporary file of the library's
    return file


class WebArchive:
    """`async with` it: pywb over one WARC file, and the file itself served in ranges."""

    def __init__(self, folder: Path, warc: Path) -> None:
        self._folder = folder
        self._warc = warc
        self._process: asyncio.subprocess.Process | None = None
        self._files: Serving | None = None
        self.base = ""
        self.files = ""

    @property
    def settings(self) -> dict[str, object]:
        """What [backfill] has to say, to ask this archive and no other."""
        return {
            "wayback_index": f"{self.base}/web/cdx",
            "wayback_replay": f"{self.base}/web",
            "commoncrawl_index": f"{self.files}/collinfo.json",
            "commoncrawl_data": self.files,
            "pause": 0,
            "patience": 0,
            "min_capture_bytes": 200,
        }

    async def __aenter__(self) -> Self:
        await self._run("wb-manager", "init", "web")
        await self._run("wb-manager", "add", "web", str(self._warc))
        await self._serve_files()
        port = free_port()
        self._process = await asyncio.create_subprocess_exec(
            str(PYWB),
            "-p",
            str(port),
            "-b",
            "127.0.0.1",
            cwd=self._folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self.base = f"http://127.0.0.1:{port}"
        await self._answers()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._files is not None:
            await self._files.stop()

    async def _run(self, *words: str) -> None:
        program = str(PYWB.with_name(words[0]))
        process = await asyncio.create_subprocess_exec(
            program,
            *words[1:],
            cwd=self._folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert await process.wait() == 0, words

    async def _answers(self) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + _START
        async with aiohttp.ClientSession() as session:
            while loop.time() < ends:
                try:
                    async with session.get(f"{self.base}/web/cdx?url=x.invalid"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        raise AssertionError("pywb does not answer")

    async def _serve_files(self) -> None:
        """Files by range, and a list of crawls, as data.commoncrawl.org has them."""
        shutil.copy(self._warc, self._folder / "collections" / "web" / self._warc.name)

        async def crawls(_: web.Request) -> web.Response:
            index = f"{self.base}/web/cdx"
            return web.json_response(
                [
                    {"id": "CC-MAIN-2019-39", "name": "September 2019", "cdx-api": index},
                    {
                        "id": "CC-MAIN-2015-06",
                        "name": "January 2015",
                        "cdx-api": "http://x.invalid",
                    },
                ]
            )

        async def file(_: web.Request) -> web.FileResponse:
            return web.FileResponse(self._warc)

        app = web.Application()
        app.router.add_get("/collinfo.json", crawls)
        app.router.add_get(f"/{self._warc.name}", file)
        self._files = await Serving.start(app)
        self.files = self._files.base


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def available() -> bool:
    return PYWB.exists() and os.access(PYWB, os.X_OK)
