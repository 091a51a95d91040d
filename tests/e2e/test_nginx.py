"""A server that nobody here wrote: nginx, with its own validators and its own gzip."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.e2e import paper

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.e2e.desk import Desk

NGINX = shutil.which("nginx")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
_CONFIG = """
daemon off;
{user}
error_log stderr;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  types {{ text/html html; application/rss+xml xml; }}
  default_type text/html;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  log_format said '$status $request_uri $sent_http_content_encoding';
  access_log {folder}/access.log said;
  gzip on;
  gzip_types application/rss+xml text/html;
  server {{ listen 127.0.0.1:{port}; root {folder}/site; }}
}}
"""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """Its address, and its log."""
    from tests.e2e.backfill.web import free_port

    port = free_port()
    base = f"http://127.0.0.1:{port}"
    (tmp_path / "site" / "a").mkdir(parents=True)
    lines = [paper.Line(url=f"{base}/a/{n}.html", title=paper.title_of(n)) for n in (1, 2)]
    (tmp_path / "site" / "feed.xml").write_text(paper.rss(lines), encoding="utf-8")
    for number in (1, 2):
        page = tmp_path / "site" / "a" / f"{number}.html"
        page.write_text(paper.page(number), encoding="utf-8")
    config = tmp_path / "nginx.conf"
    # Started by root it would become somebody who may not read what root wrote here.
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(_CONFIG.format(folder=tmp_path, port=port, user=user), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        str(NGINX), "-p", str(tmp_path), "-c", str(config), stderr=asyncio.subprocess.DEVNULL
    )
    await _answers(base)
    yield base, tmp_path / "access.log"
    process.terminate()
    await process.wait()


async def _answers(base: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            try:
                async with session.get(f"{base}/feed.xml"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


async def test_nginxs_validators_are_sent_back_and_its_gzip_is_unpacked(
    desk: Desk, site: tuple[str, Path]
) -> None:
    base, log = site
    desk.configure({"name": "paper", "feeds": [f"{base}/feed.xml"]})
    for _ in range(2):
        assert (await desk.ask("crawl", "paper")).status == 0
    assert desk.stored() == {"paper": 2}
    said = log.read_text(encoding="utf-8").splitlines()
    assert "200 /a/1.html gzip" in said
    assert [line.split()[0] for line in said if "/feed.xml" in line][-2:] == ["200", "304"]
