"""The loop that crawls run on does not care what the clock says."""

from __future__ import annotations

import subprocess
import sys

_SET_BACK = """
import asyncio, time
import time_machine
from crawler.runtime import event_loop

async def main():
    from twisted.internet import reactor
    with time_machine.travel(time.time(), tick=True) as clock:
        rung = asyncio.Event()
        reactor.callLater(0.5, rung.set)
        clock.shift(-3600)
        await asyncio.wait_for(rung.wait(), 10)
    return 0

raise SystemExit(event_loop.run(main))
"""


def test_a_timer_of_a_crawl_is_not_held_up_by_a_clock_that_is_set_back() -> None:
    command = [sys.executable, "-c", _SET_BACK]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
