"""Benchmark on real pages, whole program: each is stored, or rejected with a reason.

    python -m benchmarks.pages FOLDER

FOLDER holds `truth.jsonl` (lines with "file" and "url") and the gzipped HTML it names. The pages
are served on loopback with a generated feed and run through `wirewatch run --once`. Prints how
each page ended, pages a second, and the peak memory of the process and its workers.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import tempfile
import time
from html import escape
from pathlib import Path
from typing import Any

import psutil
from aiohttp import web

_CONFIG = """
enabled = []
[store]
url = "sqlite:///{folder}/pages.db"
[crawl]
delay = 0
requests_per_host = 16
[[source]]
name = "real_pages"
feeds = ["http://127.0.0.1:{port}/feed.xml"]
article_urls = "/page/"
languages = ["en", "ru", "de", "fr", "es"]
"""


def load(folder: Path) -> dict[str, bytes]:
    """Page name -> HTML, as it was saved."""
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return {row["id"]: gzip.decompress((folder / row["file"]).read_bytes()) for row in rows}


def application(pages: dict[str, bytes]) -> web.Application:
    async def feed(request: web.Request) -> web.Response:
        items = "".join(
            f"<item><title>{escape(name)}</title><link>{request.url.origin()}/page/{name}</link></item>"
            for name in pages
        )
        text = f'<rss version="2.0"><channel><title>pages</title>{items}</channel></rss>'
        return web.Response(text=text, content_type="application/rss+xml")

    async def page(request: web.Request) -> web.Response:
        return web.Response(body=pages[request.match_info["name"]], content_type="text/html")

    async def robots(_: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nAllow: /\n")

    app = web.Application()
    app.add_routes(
        [
            web.get("/robots.txt", robots),
            web.get("/feed.xml", feed),
            web.get("/page/{name}", page),
        ]
    )
    return app


async def serve(pages: dict[str, bytes]) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(application(pages), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, runner.addresses[0][1]


async def crawl(folder: Path, *, port: int) -> tuple[dict[str, Any], float, int]:
    """Run the program; returns `status --json`, seconds, and peak resident bytes of the tree."""
    config = folder / "wirewatch.toml"
    config.write_text(_CONFIG.format(folder=folder, port=port), encoding="utf-8")
    command = (sys.executable, "-m", "crawler")
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, "run", "--once", "-c", str(config))
    peak = 0
    while process.returncode is None:
        peak = max(peak, _resident(process.pid))
        try:
            await asyncio.wait_for(process.wait(), 0.1)
        except TimeoutError:
            continue
    seconds = time.perf_counter() - began
    status = await asyncio.create_subprocess_exec(
        *command, "status", "--json", "-c", str(config), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await status.communicate()
    return json.loads(told), seconds, peak


def _resident(pid: int) -> int:
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(process.memory_info().rss for process in tree)
    except psutil.NoSuchProcess:
        return 0


async def measure(source: Path) -> bool:
    pages = load(source)
    runner, port = await serve(pages)
    with tempfile.TemporaryDirectory() as folder:
        told, seconds, peak = await crawl(Path(folder), port=port)
    await runner.cleanup()
    totals = told["totals"]
    rejected = sum(totals["rejected"].values())
    settled: int = totals["extracted"] + rejected
    print(f"pages served         {len(pages)}, {sum(map(len, pages.values())) / 1e6:.1f} MB")
    print(f"stored               {totals['stored']} ({totals['duplicates']} reprints among them)")
    print(f"rejected             {rejected} {totals['rejected']}")
    print(f"failed, pending      {totals['failed']}, {totals['pending']}")
    print(f"flagged              {totals['flagged']}")
    print(f"seconds              {seconds:.1f}, start-up included")
    print(f"pages a second       {settled / seconds:.1f}")
    print(f"peak memory          {peak / 1e6:.0f} MB, workers included")
    return settled == len(pages)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(0 if asyncio.run(measure(Path(sys.argv[1]))) else 1)
