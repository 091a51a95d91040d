"""What the newest pages, the documents and the runs come to; and what explains what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawler.health.baseline.norm_cache import learn_source_norms
from crawler.health.baseline.norms import PageNorm
from crawler.health.conditions import offline
from crawler.health.conditions.advice import advice
from crawler.health.conditions.condition_rules import ConditionChanges, SourceEvidence, changes
from crawler.health.conditions.document_failures import (
    DocumentHealth,
    frozen_documents,
    kind_of,
    unread_documents,
)
from crawler.health.conditions.inhibition import is_explained
from crawler.health.conditions.page_quality import (
    broken_extraction,
    dates_are_right,
    drifted_dates,
    impossible_dates,
)
from crawler.model.conditions import INSTALLATION, Condition, ConditionKind
from crawler.model.observation import DUPLICATE, REPEATED_TEXT, STORED, PageObservation
from crawler.storage.crawl.runs import CUT_OFF, Run

USUAL = PageNorm(settled=500, stored=480, characters=2000, dated=0.95, rejected=0.04, timed=450)
MINUTE = timedelta(minutes=1)


def _pages(count: int = 20, **said: object) -> list[PageObservation]:
    wanted: dict[str, object] = {"outcome": STORED, "characters": 2100, "dated": True} | said
    return [PageObservation(**{"text": str(n)} | wanted) for n in range(count)]  # type: ignore[arg-type]


def test_pages_that_are_as_usual_are_not_broken() -> None:
    assert broken_extraction(_pages(50), USUAL) == ""


@pytest.mark.parametrize(
    ("recent", "said"),
    [
        (_pages(characters=300), "have 300 characters (median); 2000 are usual"),
        (_pages(dated=False), "0 of the newest 20 pages have a date; 95% is usual"),
        ([*_pages(15), *_pages(5, text="a")], "5 of the newest 20 pages have one and the same"),
        ([*_pages(15), *_pages(5, story="9")], "5 of the newest 20 pages have one and the same"),
        (
            [*_pages(15), *_pages(5, outcome=DUPLICATE, text="of a")],
            "5 of the newest 20 pages have one and the same",
        ),
        (
            [*_pages(8), *_pages(12, outcome="empty-page", text="")],
            "12 of the newest 20 pages were rejected, most of them as empty-page; 4% is usual",
        ),
    ],
)
def test_what_is_broken_is_said_with_figures(recent: list[PageObservation], said: str) -> None:
    assert said in broken_extraction(recent, USUAL)


def test_nothing_is_broken_before_enough_is_learned() -> None:
    assert (
        broken_extraction(_pages(characters=3), PageNorm(settled=49, stored=49, characters=2000))
        == ""
    )


@pytest.mark.parametrize(
    "recent",
    [
        _pages(5, text="cookies"),
        [*_pages(4, text="cookies"), *_pages(1, outcome=REPEATED_TEXT, text="")],
    ],
)
def test_five_equal_texts_need_no_norm(recent: list[PageObservation]) -> None:
    assert "5 of the newest 5 pages have one and the same text" in broken_extraction(
        recent, PageNorm()
    )
    assert broken_extraction(recent[:4], PageNorm()) == ""


@pytest.mark.parametrize(
    ("delay", "pages", "was", "over"),
    [
        (3 * 3600, 20, "dated 180 min before we saw them", False),  # usual by now, and wrong still
        (600, 20, "dated 180 min before we saw them", True),
        (600, 9, "dated 180 min before we saw them", False),  # too few to say
        (-7200, 20, "dated 120 min after we saw them", False),
        (600, 20, "dated 120 min after we saw them", True),
    ],
)
def test_a_drift_is_over_once_dates_are_right_and_not_because_time_passed(
    delay: int, pages: int, was: str, *, over: bool
) -> None:
    recent = [PageObservation(outcome=STORED, delay=delay)] * pages
    before = PageNorm(timed=400, delay=300)
    assert dates_are_right(recent, before, was=was, refused=0, entries=1) is over


@pytest.mark.parametrize(
    ("refused", "entries", "over"), [(0, 4, False), (5, 9, False), (1, 9, True)]
)
def test_impossible_dates_are_over_with_entries_that_have_possible_ones(
    refused: int, entries: int, *, over: bool
) -> None:
    was = "8 of 9 entries have dates that cannot be"
    assert dates_are_right((), PageNorm(), was=was, refused=refused, entries=entries) is over


def test_a_source_that_seldom_gives_dates_does_not_lose_them() -> None:
    assert (
        broken_extraction(_pages(dated=False), PageNorm(settled=500, stored=500, dated=0.5)) == ""
    )


@pytest.mark.parametrize("hours", [1, 3, 5.5, -3])
def test_a_shift_by_half_hours_is_drift(hours: float) -> None:
    shifted = [
        PageObservation(outcome=STORED, delay=round(hours * 3600) + n * 20) for n in range(20)
    ]
    assert "of the newest" not in drifted_dates(shifted, USUAL)
    assert drifted_dates(shifted, USUAL)


def test_delays_that_are_only_long_or_scattered_are_no_drift() -> None:
    odd = [
        PageObservation(outcome=STORED, delay=75 * 60) for _ in range(20)
    ]  # no half hour is near
    assert drifted_dates(odd, USUAL) == ""
    late = [PageObservation(outcome=STORED, delay=n * 15 * 60) for n in range(20)]
    assert drifted_dates(late, USUAL) == ""
    assert drifted_dates([PageObservation(outcome=STORED, delay=3 * 3600)] * 9, USUAL) == ""


def test_a_poll_most_of_whose_dates_cannot_be_is_drift() -> None:
    assert impossible_dates(5, 10) == "5 of 10 entries have dates that cannot be"
    assert impossible_dates(4, 10) == impossible_dates(4, 4) == ""


# -- documents -------------------------------------------------------------------------------------


def _failing(
    now: datetime, trouble: str, failures: int, minutes: int, url: str = "u"
) -> DocumentHealth:
    return DocumentHealth(
        url=url,
        failures=failures,
        trouble=trouble,
        error=f"said {trouble}",
        failing_since=now - minutes * MINUTE,
        newest_at=None,
    )


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("timeout", ConditionKind.UNREACHABLE),
        ("dns", ConditionKind.UNREACHABLE),
        ("http-502", ConditionKind.UNREACHABLE),
        ("robots-unreadable", ConditionKind.UNREACHABLE),
        ("what nobody knows", ConditionKind.UNREACHABLE),
        ("certificate", ConditionKind.CERTIFICATE),
        ("challenge", ConditionKind.BLOCKED),
        ("http-403", ConditionKind.BLOCKED),
        ("robots", ConditionKind.BLOCKED),
        ("http-404", ConditionKind.NOT_A_FEED),
        ("html-instead", ConditionKind.NOT_A_FEED),
    ],
)
def test_each_trouble_leads_to_one_condition(slug: str, kind: ConditionKind) -> None:
    assert kind_of(slug) is kind


def test_a_document_ails_after_three_failures_in_ten_minutes(now: datetime) -> None:
    assert unread_documents([_failing(now, "dns", 2, 60)], now=now) == {}
    assert unread_documents([_failing(now, "dns", 30, 9)], now=now) == {}
    two = [_failing(now, "dns", 3, 10), _failing(now, "http-403", 5, 70, url="v")]
    said = unread_documents(two, now=now)
    assert said[ConditionKind.UNREACHABLE] == (
        "1 of 2 documents: u: said dns, since 2026-11-23 11:50 UTC, 3 times in a row"
    )
    assert said[ConditionKind.BLOCKED].startswith("1 of 2 documents: v: said http-403")


def test_a_document_is_frozen_by_its_newest_entry(now: datetime) -> None:
    old = DocumentHealth(
        url="u",
        failures=0,
        trouble="",
        error="",
        failing_since=None,
        newest_at=now - timedelta(days=31),
    )
    assert "2026-10-23" in frozen_documents([old], silence=timedelta(days=30), now=now)
    assert frozen_documents([old], silence=timedelta(days=32), now=now) == ""
    assert frozen_documents([_failing(now, "dns", 3, 9)], silence=timedelta(days=1), now=now) == ""


# -- what explains what ----------------------------------------------------------------------------


def _open(now: datetime, kind: ConditionKind, source: str = "paper") -> Condition:
    return Condition(
        id=1,
        source=source,
        kind=kind,
        detail="x",
        times=1,
        raised_at=now,
        updated_at=now,
        cleared_at=None,
    )


def _evidence(now: datetime) -> SourceEvidence:
    return SourceEvidence(
        known=learn_source_norms((), now),
        documents=(),
        recent=(),
        silent_after=timedelta(days=2),
        frozen_after=timedelta(days=30),
        entries=1,
    )


def test_what_is_explained_is_neither_raised_nor_cleared(now: datetime) -> None:
    found = {ConditionKind.UNREACHABLE: "down", ConditionKind.SILENT: "quiet"}
    standing = [_open(now, ConditionKind.DRIFT)]
    changed = changes(found, standing, _evidence(now))
    assert changed == ConditionChanges(raised={ConditionKind.UNREACHABLE: "down"})


def test_once_its_cause_is_over_a_condition_is_judged_in_the_same_breath(now: datetime) -> None:
    standing = [_open(now, ConditionKind.UNREACHABLE), _open(now, ConditionKind.EXTRACTION)]
    changed = changes({ConditionKind.SILENT: "quiet"}, standing, _evidence(now))
    assert changed.raised == {ConditionKind.SILENT: "quiet"}
    assert [one.kind for one in changed.cleared] == [
        ConditionKind.UNREACHABLE,
        ConditionKind.EXTRACTION,
    ]


def test_nothing_is_told_of_a_source_while_nothing_can_be_reached(now: datetime) -> None:
    standing = [_open(now, ConditionKind.OFFLINE, INSTALLATION)]
    assert not changes({ConditionKind.UNREACHABLE: "down"}, standing, _evidence(now))


def test_a_canary_is_not_judged_here(now: datetime) -> None:
    assert not changes({}, [_open(now, ConditionKind.CANARY)], _evidence(now))


def test_a_poll_that_reads_no_entry_tells_nothing_of_dates(now: datetime) -> None:
    standing, seen = [_open(now, ConditionKind.DRIFT)], replace(_evidence(now), entries=0)
    assert not changes({}, standing, seen)


def test_nothing_explains_itself() -> None:
    assert not any(is_explained(kind, [kind]) for kind in ConditionKind)


@pytest.mark.parametrize("kind", ConditionKind)
def test_every_condition_comes_with_what_to_do(kind: ConditionKind) -> None:
    assert advice(kind, "tass").endswith((".", "it"))
    assert "{" not in advice(kind, "tass")


# -- offline ---------------------------------------------------------------------------------------


def _run(now: datetime, *slugs: str, documents: int = 0, outcome: str = "failed") -> Run:
    counts = {f"failed documents: {slug}": 1 for slug in slugs}
    return Run(
        id=1,
        source="a",
        planned_at=now,
        started_at=now,
        finished_at=now,
        outcome=outcome,
        reason=CUT_OFF,
        baseline=False,
        cause="schedule",
        counts=counts | ({"documents": documents} if documents else {}),
    )


def test_offline_is_when_nothing_was_reached(now: datetime) -> None:
    down = [_run(now, "dns"), _run(now, "timeout"), _run(now, "connection", "dns")]
    assert "3 of 3 sources" in (offline.judge_offline(down, since=None) or "")
    held = [*down, _run(now, outcome="done")]  # it asked nobody
    assert "3 of 3 sources" in (offline.judge_offline(held, since=None) or "")
    assert not offline.judge_offline(down[:2], since=None)
    assert not offline.judge_offline([*down, _run(now, "http-403")], since=None)
    assert (
        offline.judge_offline([*down, _run(now, documents=1, outcome="done")], since=None) is None
    )


def test_only_what_is_reached_later_ends_it(now: datetime) -> None:
    reached = [_run(now, documents=1, outcome="done")]
    assert offline.judge_offline(reached, since=now + MINUTE) == ""
    assert offline.judge_offline(reached, since=now - MINUTE) is None
    assert offline.judge_offline([], since=now) == ""
