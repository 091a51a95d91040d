"""Entries that share a link are told apart by their guid, or it is said that they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.config.source import DocumentKind, Source
from crawler.discovery.reader import read
from crawler.discovery.received import Received
from crawler.model.urls import entry_key

if TYPE_CHECKING:
    from crawler.discovery.document import Reading

FEED = "https://wire.example/rss"


def _read(*items: tuple[str, str, str], lead_only: bool) -> Reading:
    said = "".join(
        f"<item><title>{title}</title><link>{link}</link>"
        + (f"<guid isPermaLink='false'>{guid}</guid></item>" if guid else "</item>")
        for title, link, guid in items
    )
    body = f"<rss version='2.0'><channel><title>Wire</title>{said}</channel></rss>".encode()
    source = Source(name="wire", title="Wire", feeds=(FEED,), lead_only=lead_only)
    return read(DocumentKind.FEED, Received(url=FEED, body=body), source)


def _keys(*items: tuple[str, str, str], lead_only: bool = True) -> set[str]:
    reading = _read(*items, lead_only=lead_only)
    return {entry_key(entry.url, entry.guid) for entry in reading.entries}


LINK = "https://wire.example/flash"


def test_an_entry_that_is_all_there_is_is_known_by_its_guid() -> None:
    assert len(_keys(("Talks held", LINK, "1"), ("Pact signed", LINK, "2"))) == 2
    assert _keys(("Talks held", LINK, "1")) == _keys(("Talks are held", LINK, "1"))


def test_without_guids_fragments_or_titles_tell_entries_apart() -> None:
    assert len(_keys(("Talks held", f"{LINK}#a", ""), ("Talks held", f"{LINK}#b", ""))) == 2
    assert len(_keys(("Talks held", LINK, ""), ("Pact signed", LINK, ""))) == 2


def test_a_guid_that_is_the_link_says_nothing_more() -> None:
    assert _keys(("Talks held", f"{LINK}?utm_source=rss", LINK)) == {LINK}


def test_where_pages_are_read_the_address_counts_and_what_is_hidden_is_said() -> None:
    items = (("Talks held", LINK, "1"), ("Pact signed", LINK, "2"))
    assert _keys(*items, lead_only=False) == {LINK}
    (flaw,) = _read(*items, lead_only=False).flaws
    assert (flaw.slug, flaw.said[:7]) == ("shared-links", "1 items")


def test_an_item_that_stands_there_twice_hides_nothing() -> None:
    twice = (("Talks held", LINK, "1"), ("Talks are held", LINK, "1"))
    assert _read(*twice, lead_only=False).flaws == ()
    assert len(_keys(*twice)) == 1
