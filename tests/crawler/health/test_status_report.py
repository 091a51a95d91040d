"""What the report comes to: causes that sources share, and what is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.health.daemon_status import DaemonState, DaemonStatus
from crawler.health.source_summary import SourceHealth, State
from crawler.health.status_report import SourceStatus, StatusReport, last_errors, shared_causes
from crawler.storage.crawl.runs import Run

if TYPE_CHECKING:
    from datetime import datetime


def _failed(name: str, cause: str, now: datetime, *, once: bool = False) -> SourceStatus:
    run = Run(
        id=1,
        source=name,
        planned_at=now,
        started_at=now,
        finished_at=now,
        outcome="failed",
        reason=f"https://{name}.example/feed: {cause}",
        baseline=False,
        cause="schedule",
        counts={},
    )
    return SourceStatus(
        name=name,
        health=SourceHealth(state=State.FAILING, said=f"failing: {cause}", cause=cause, once=once),
        next_run=now,
        interval=timedelta(minutes=5),
        last=run,
    )


def test_one_error_of_many_sources_is_one_line_with_the_likely_cause(now: datetime) -> None:
    sources = [_failed(f"s{n}", "dns", now, once=True) for n in range(30)]
    sources.append(_failed("other", "http-403", now))
    first, second = last_errors(sources)
    assert first.startswith("last error of 30 sources: dns. Likely this machine's DNS or network")
    assert first.endswith("Such as https://s0.example/feed: dns")
    assert second == "other: last error: https://other.example/feed: http-403"


def test_two_sources_are_no_pattern(now: datetime) -> None:
    assert shared_causes([_failed("a", "dns", now), _failed("b", "dns", now)]) == []


def test_a_frozen_daemon_is_never_all_well(now: datetime) -> None:
    frozen = DaemonStatus(state=DaemonState.FROZEN)
    report = StatusReport(at=now, store="s", daemon=frozen)
    assert report.to_json()["wrong"] == [str(frozen)]
    assert report.to_json()["daemon"]["state"] == "frozen"


def test_a_single_failure_may_pass_and_is_not_wrong_yet(now: datetime) -> None:
    runs = DaemonStatus(state=DaemonState.RUNNING)
    passing = StatusReport(
        at=now, store="s", daemon=runs, sources=(_failed("a", "dns", now, once=True),)
    )
    assert passing.wrong == []
    lasting = StatusReport(at=now, store="s", daemon=runs, sources=(_failed("a", "dns", now),))
    assert lasting.wrong == ["a: failing: dns"]
