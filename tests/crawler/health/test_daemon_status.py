"""The first line of a status: does a daemon run, and stir?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.health.daemon_status import DaemonState, judge_daemon
from crawler.storage.crawl.processes import LOST, REPLACED, RUN, STOPPED, Process

if TYPE_CHECKING:
    from datetime import datetime

MINUTE = timedelta(minutes=1)


def _process(now: datetime, *, beat: timedelta, ended: timedelta | None, end: str) -> Process:
    return Process(
        id="a1",
        role=RUN,
        host="desk-1",
        pid=42,
        version="1.0",
        config_path="/etc/wirewatch/wirewatch.toml",
        started_at=now - 120 * MINUTE,
        beat_at=now - beat,
        ended_at=None if ended is None else now - ended,
        end=end,
    )


@pytest.mark.parametrize(
    ("beat", "ended", "end", "is_locked", "state", "said"),
    [
        (0, None, "", True, "running", "A daemon has run for 2 h on desk-1, process 42, /etc/"),
        (12, None, "", True, "frozen", "The daemon has not stirred for 12 min: it hangs; on desk"),
        (12, 5, LOST, True, "frozen", "The daemon has not stirred for 12 min"),
        (12, 5, STOPPED, True, "running", "A daemon begins"),
        (12, 5, REPLACED, True, "running", "A daemon begins"),
        (12, 5, STOPPED, False, "none", "No daemon runs; the last one ended 5 min ago; it was on"),
        (12, 5, LOST, False, "none", "No daemon runs; the last one died; its last sign of life"),
        (12, None, "", False, "none", "its last sign of life was 12 min ago"),
    ],
)
def test_the_lock_and_the_heartbeat_say_how_the_daemon_does(
    now: datetime,
    beat: int,
    ended: int | None,
    end: str,
    *,
    is_locked: bool,
    state: str,
    said: str,
) -> None:
    one = _process(
        now, beat=beat * MINUTE, ended=None if ended is None else ended * MINUTE, end=end
    )
    found = judge_daemon(one, 1, is_locked=is_locked, clock=now)
    assert found.state == state
    assert said in str(found)


def test_before_any_daemon_is_known_the_lock_alone_tells(now: datetime) -> None:
    assert judge_daemon(None, 0, is_locked=False, clock=now).state is DaemonState.NONE
    assert str(judge_daemon(None, 0, is_locked=True, clock=now)) == "A daemon begins"


def test_daemons_that_share_a_store_are_counted(now: datetime) -> None:
    one = _process(now, beat=0 * MINUTE, ended=None, end="")
    assert str(judge_daemon(one, 3, is_locked=True, clock=now)).endswith("; 2 more share the store")
