"""What polls saw is added up by the hour, and the newest pages are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.model.observation import DUPLICATE, STORED, Hour, PageObservation
from crawler.storage.crawl import documents
from crawler.storage.crawl.documents import Document
from crawler.storage.health import observations
from crawler.storage.health.observations import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.storage.database import Database

HOUR = timedelta(hours=1)
RSS = "https://wire.example/rss"


def _add(
    database: Database, hour: Hour, pages: Sequence[PageObservation] = (), source: str = "a"
) -> None:
    database.write_now(lambda c: observations.add(c, source, hour, pages))


def _hours(database: Database, since: datetime) -> list[Hour]:
    return database.read_now(lambda c: observations.hours(c, "a", since=since))


def _recent(database: Database) -> list[PageObservation]:
    return database.read_now(lambda c: observations.recent(c, "a"))


def test_the_polls_of_an_hour_are_one_row(database: Database, now: datetime) -> None:
    _add(database, Hour(hour=now, polls=1, found=3, stored=2, characters=4000))
    _add(database, Hour(hour=now, polls=1, failed=1, stored=1, characters=500, flooded=True))
    _add(database, Hour(hour=now, polls=1, found=9), source="b")
    _add(database, Hour(hour=now + HOUR, polls=1))
    _add(database, Hour(hour=now - HOUR, polls=1))
    first, second = _hours(database, now)
    assert first == Hour(
        hour=now, polls=3 - 1, failed=1, found=3, stored=3, characters=4500, flooded=True
    )
    assert second == Hour(hour=now + HOUR, polls=1)


def test_the_newest_pages_are_kept_in_their_order(database: Database, now: datetime) -> None:
    full = PageObservation(outcome=STORED, characters=9, dated=True, text="t", story="7", delay=-40)
    _add(database, Hour(hour=now, polls=1), [full])
    assert _recent(database) == [full]
    many = [PageObservation(outcome=DUPLICATE, text=str(n)) for n in range(KEPT - 1)]
    _add(database, Hour(hour=now, polls=1), many)
    assert _recent(database) == [full, *many]
    _add(database, Hour(hour=now, polls=1), [PageObservation(outcome="empty-page")])
    assert _recent(database) == [*many, PageObservation(outcome="empty-page")]


@pytest.mark.parametrize(("before", "kept"), [(1, 60), (2, None)])
def test_after_hours_without_a_poll_a_delay_tells_nothing(
    database: Database, now: datetime, before: int, kept: int | None
) -> None:
    _add(database, Hour(hour=now - before * HOUR, polls=1))
    _add(database, Hour(hour=now - HOUR, polls=1, failed=1), source="b")
    page = PageObservation(outcome=STORED, delay=60)
    _add(database, Hour(hour=now, polls=1, stored=1, timed=1, delay=60), [page])
    assert [one.delay for one in _recent(database)] == [kept]
    assert _hours(database, now)[0].delay == (kept or 0)


def test_a_flooded_hour_is_marked_before_its_poll_ends(database: Database, now: datetime) -> None:
    database.write_now(lambda c: observations.flood(c, "a", now))
    assert _hours(database, now) == [Hour(hour=now, flooded=True)]


# -- documents ---------------------------------------------------------------------------------


async def _fail(database: Database, failures: int, now: datetime, trouble: str = "dns") -> None:
    await database.write(
        lambda connection: documents.record_failure(
            connection,
            "a",
            RSS,
            "no name",
            failures=failures,
            not_before=now,
            trouble=trouble,
            now=now,
        )
    )


async def test_a_document_fails_since_its_first_failure_until_an_answer(
    database: Database, now: datetime
) -> None:
    for failures in (1, 2):
        await _fail(database, failures, now + failures * HOUR)
    (row,) = await database.read(lambda c: documents.documents_of(c, "a"))
    assert (row["failing_since"], row["trouble"]) == (now + HOUR, "dns")
    await database.write(lambda connection: documents.clear_failures(connection, "a", RSS))
    (row,) = await database.read(lambda c: documents.documents_of(c, "a"))
    assert (row["failing_since"], row["trouble"], row["failures"]) == (None, "", 0)
    await _fail(database, 1, now + 9 * HOUR)
    await database.write(
        lambda connection: documents.save_document(
            connection, "a", Document(url=RSS, newest_at=now), now=now
        )
    )
    (row,) = await database.read(lambda c: documents.documents_of(c, "a"))
    assert (row["failing_since"], row["newest_at"]) == (None, now)


async def test_the_newest_entry_is_remembered_where_a_reading_tells_of_none(
    database: Database, now: datetime
) -> None:
    await database.write(
        lambda connection: documents.save_document(
            connection, "a", Document(url=RSS, newest_at=now), now=now
        )
    )
    await database.write(
        lambda connection: documents.save_document(connection, "a", Document(url=RSS), now=now)
    )
    assert (
        await database.read(lambda connection: documents.get_document(connection, RSS))
    ).newest_at == now


@pytest.mark.parametrize(
    ("trouble", "ago", "failures"), [("dns", 1, 0), ("dns", 3, 4), ("http-403", 1, 4)]
)
async def test_only_what_is_forgiven_is_forgotten(
    database: Database, now: datetime, trouble: str, ago: int, failures: int
) -> None:
    await _fail(database, 1, now - ago * HOUR, trouble)
    await _fail(database, 4, now, trouble)
    since = now - 2 * HOUR
    await database.write(lambda c: documents.forget_failures(c, {"dns", "timeout"}, since=since))
    known = await database.read(lambda connection: documents.get_document(connection, RSS))
    assert (known.failures, known.not_before) == (failures, now if failures else None)
