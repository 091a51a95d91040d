"""Who is alive is told by heartbeats and the database's clock, and by no name of a machine."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from crawler.model.clock import utc_now
from crawler.storage.crawl import leases, processes
from crawler.storage.database import time_of
from tests.factories import fall_silent, register

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.storage.database import Database

MINUTE = timedelta(minutes=1)


def test_a_process_is_shown_with_what_an_operator_asks_for(database: Database) -> None:
    before = database.read_now(time_of)
    database.write_now(partial(register, owner="a"))
    (one,) = database.read_now(processes.alive)
    assert (one.role, one.host, one.pid, one.version) == ("run", "wire", 7, "1.0.0")
    assert one.config_path == "/etc/wirewatch.toml"
    assert before <= one.started_at == one.beat_at <= database.read_now(time_of)
    assert abs(one.started_at - utc_now()) < MINUTE


def test_two_that_share_a_host_and_a_number_do_not_take_each_others_sources(
    database: Database, now: datetime
) -> None:
    until = now + MINUTE
    for owner in ("a", "b"):
        database.write_now(partial(register, owner=owner))
    take = partial(leases.take, name="source:wire", now=now, until=until)
    assert database.write_now(partial(take, owner="a"))
    database.write_now(partial(leases.clear_dead, asker="b"))
    assert not database.write_now(partial(take, owner="b"))
    database.write_now(partial(fall_silent, process_id="a"))
    database.write_now(partial(leases.clear_dead, asker="b"))
    assert database.write_now(partial(take, owner="b"))


def test_one_that_was_taken_for_dead_gives_no_sign_of_life_any_more(database: Database) -> None:
    for owner in ("late", "alive"):
        database.write_now(partial(register, owner=owner))
    database.write_now(partial(fall_silent, process_id="late"))
    assert database.write_now(processes.end_lost) == ["late"]
    beats = [database.write_now(partial(processes.beat, process_id=o)) for o in ("late", "alive")]
    assert beats == [False, True]
    assert [one.id for one in database.read_now(processes.alive)] == ["alive"]


def test_one_that_was_suspended_and_not_missed_goes_on(database: Database, now: datetime) -> None:
    database.write_now(partial(register, owner="late"))
    take = partial(leases.take, name="source:wire", now=now, until=now + MINUTE)
    database.write_now(partial(take, owner="late"))
    database.write_now(partial(fall_silent, process_id="late"))
    # Whoever asks is not dead, and so does not clear away what it holds itself.
    database.write_now(partial(leases.clear_dead, asker="late"))
    assert database.read_now(partial(leases.holds, name="source:wire", owner="late"))


def test_a_daemon_that_holds_the_run_lock_takes_over_at_once(
    database: Database, now: datetime
) -> None:
    for owner, role in (("daemon", "run"), ("by-hand", "crawl")):
        database.write_now(partial(register, owner=owner, role=role))
    for owner in ("daemon", "by-hand", "run:wire:7", "crawl:wire:8"):
        database.write_now(
            partial(leases.take, name=owner, owner=owner, now=now, until=now + MINUTE)
        )
    database.write_now(partial(leases.clear_role, role="run"))
    # Owners that are named by host and number are of the version before.
    assert database.read_now(partial(leases.held, now=now)) == {"by-hand"}


def test_the_newest_is_shown_when_it_has_ended_too(database: Database) -> None:
    database.write_now(partial(register, owner="old"))
    database.write_now(partial(processes.end, process_id="old"))
    newest = database.read_now(partial(processes.newest, role="run"))
    assert newest is not None
    assert (newest.id, newest.end) == ("old", "stopped")


def test_one_that_was_killed_on_this_machine_is_dead_at_once(database: Database) -> None:
    taking = (
        "import sys; from crawler.storage.crawl.process_lock import ProcessLock;"
        "ProcessLock(sys.argv[1]).take(); print(flush=True); sys.stdin.read()"
    )
    ids = [processes.new_id() for _ in range(2)]
    for process_id in ids:
        database.write_now(partial(register, owner=process_id))
    command = [sys.executable, "-c", taking, ids[0]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        assert database.write_now(processes.end_lost) == []
        killed.kill()
    # The other one has no lock that could be seen here: it may be in another container.
    assert database.write_now(processes.end_lost) == ids[:1]
