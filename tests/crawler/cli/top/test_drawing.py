"""A frame is as wide and as high as the terminal, and says first what ails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rich.console import Console

from crawler.cli.top.drawing import frame, spark
from crawler.cli.top.snapshot import Snapshot
from crawler.health.daemon_status import DaemonState, DaemonStatus
from crawler.health.source_summary import SourceHealth, State
from crawler.health.status_report import SourceStatus, StatusReport
from crawler.model.conditions import Condition, ConditionKind
from crawler.storage.health.live_stats import RecentArticle, Waiting
from tests.factories import NOON

HOUR = timedelta(hours=1)


def _line(name: str, state: State) -> SourceStatus:
    return SourceStatus(
        name=name,
        health=SourceHealth(state=state, said=f"{state} 5 min ago"),
        next_run=NOON + HOUR,
        interval=timedelta(minutes=5),
        by_hour=tuple(range(24)),
    )


def _told(number: int) -> RecentArticle:
    return RecentArticle(
        stored_at=NOON - timedelta(minutes=number),
        source="xinhua",
        title=f"新华社 [bold]talks[/bold]\n\x1b[2Jin Astana, {number}",
        relation="new",
        flagged=True,
        alerted=number % 2 == 0,
    )


def _snapshot(sources: int = 60) -> Snapshot:
    blocked = Condition(
        id=1,
        source="belta",
        kind=ConditionKind.BLOCKED,
        detail="a challenge page\n(Cloudflare)",
        times=1,
        raised_at=NOON - 5 * HOUR,
        updated_at=NOON,
        cleared_at=None,
    )
    return Snapshot(
        at=NOON,
        size=12_300_000,
        articles=tuple(map(_told, range(40))),
        report=StatusReport(
            at=NOON,
            store="sqlite:////var/lib/wirewatch/wirewatch.db",
            daemon=DaemonStatus(state=DaemonState.RUNNING),
            sources=(
                _line("belta", State.FAILING),
                *(_line(f"source_{number}", State.OK) for number in range(sources - 1)),
            ),
            conditions=(blocked,),
            outbox={
                "desk": Waiting(
                    counts={"pending": 3, "held": 1},
                    oldest=NOON - HOUR,
                    why="channel_not_found",
                )
            },
        ),
    )


def _drawn(snapshot: Snapshot, width: int, height: int) -> list[str]:
    console = Console(width=width, height=height, color_system=None)
    lines = console.render_lines(frame(snapshot, width, height), pad=False)
    return ["".join(segment.text for segment in line) for line in lines]


@pytest.mark.parametrize("width", [40, 80, 100, 119, 120, 160, 240])
@pytest.mark.parametrize("height", [3, 10, 24, 50, 200])
@pytest.mark.parametrize("sources", [1, 60])
def test_it_fits_any_terminal(width: int, height: int, sources: int) -> None:
    lines = _drawn(_snapshot(sources), width, height)
    assert len(lines) <= height
    console = Console(width=width)
    assert max(console.measure(line).maximum for line in lines) <= width
    if height in {24, 50} and sources == 60:
        assert len(lines) == height, "all the room is used"


@pytest.mark.parametrize(("width", "height"), [(80, 24), (160, 40)])
def test_whatever_is_asked_first_is_there(width: int, height: int) -> None:
    shown = "\n".join(_drawn(_snapshot(), width, height))
    for said in (
        "● running",
        "2026-11-23 12:00:00 UTC",
        "60 sources, 1 ailing",
        "blocked",
        "a challenge page (Cl",
        "channel_not_f",
        "more",
        "11:58:00 xinhua",
        "alerted",
    ):
        assert said in shown
    assert shown.index("belta ") < shown.index("source_0")


def test_what_a_site_wrote_is_no_markup_and_stays_on_its_line() -> None:
    lines = _drawn(_snapshot(), 160, 40)
    assert any("[bold]talks[/bold] [2Jin Ast" in line for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_trouble_stands_at_the_top_and_what_was_known_below() -> None:
    lines = _drawn(
        Snapshot(at=NOON, report=StatusReport(at=NOON, store="s"), trouble="no store yet"), 80, 24
    )
    assert "no daemon runs" in lines[0]
    assert lines[1].startswith("no store yet")
    assert not any("is enabled" in line or "is stored" in line for line in lines)


def test_bars_are_as_high_as_the_most_and_a_dot_is_nothing() -> None:
    assert spark([0, 1, 2, 4, 8, 0], 6) == "·▁▂▄█·"
    assert spark([0, 1, 2, 4, 8, 0], 3) == "▁▆█"
    assert spark([0] * 24, 12) == "·" * 12
