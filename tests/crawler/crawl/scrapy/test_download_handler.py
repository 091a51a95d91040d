"""The download handler, and a loop that something holds up."""

from __future__ import annotations

import subprocess
import sys

_HELD_UP = """
import asyncio, logging, time
from scrapy import Request
from scrapy.utils.spider import DefaultSpider
from scrapy.utils.test import get_crawler
from twisted.python.log import PythonLoggingObserver
from crawler.runtime import event_loop

logging.basicConfig()
PythonLoggingObserver("twisted").start()

async def answer(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
    await reader.read()  # kept open until the other side goes
    writer.close()

async def main():
    from crawler.crawl.scrapy.download_handler import PollDownloadHandler
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    crawler = get_crawler(DefaultSpider)
    crawler.spider = crawler._create_spider()
    handler = PollDownloadHandler(crawler)
    port = server.sockets[0].getsockname()[1]
    asked = Request(f"http://127.0.0.1:{port}/", meta={"download_timeout": 10})
    assert (await handler.download_request(asked)).body == b"ok"
    await asyncio.sleep(0.1)  # the connection goes back to its pool
    closing = asyncio.create_task(handler.close())
    asyncio.get_running_loop().call_soon(time.sleep, 1.2)
    await closing
    await asyncio.sleep(0)
    return 0

raise SystemExit(event_loop.run(main))
"""


def test_connections_close_without_a_word_in_a_loop_that_was_held_up() -> None:
    command = [sys.executable, "-c", _HELD_UP]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
