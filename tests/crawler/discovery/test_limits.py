"""How much of a document is taken up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.discovery.document import Reading
from crawler.discovery.limits import MOST_ENTRIES, limited
from crawler.model.items import Entry

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def entries(count: int) -> tuple[Entry, ...]:
    return tuple(Entry(url=f"https://wire.example/{number}") for number in range(count))


def test_what_is_within_the_limits_stays_as_it_is() -> None:
    reading = Reading(entries=entries(3))
    assert limited(reading) == reading


def test_of_too_many_undated_entries_both_ends_are_taken() -> None:
    found = limited(Reading(entries=entries(MOST_ENTRIES + 100)))
    urls = [entry.url for entry in found.entries]
    assert len(urls) == MOST_ENTRIES
    assert (urls[0], urls[-1]) == (
        "https://wire.example/0",
        f"https://wire.example/{MOST_ENTRIES + 99}",
    )
    assert [flaw.slug for flaw in found.flaws] == ["too-many-entries"]


def test_of_too_many_dated_entries_the_newest_are_taken() -> None:
    dated = tuple(
        replace(entry, published=NOW + timedelta(seconds=number))
        for number, entry in enumerate(entries(MOST_ENTRIES + 1))
    )
    assert dated[0] not in limited(Reading(entries=dated)).entries


def test_texts_have_a_bound() -> None:
    long = Entry(url="https://wire.example/" + "a" * 9_000, title="t" * 9_000, summary="\ud83d")
    (entry,) = limited(Reading(entries=(long,))).entries
    assert len(entry.url) < 3_000
    assert len(entry.title) == 1_000
    assert entry.summary == "\ufffd"
