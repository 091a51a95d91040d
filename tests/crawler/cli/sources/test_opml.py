"""Feed lists of other readers are read leniently, and what is left out is named."""

from __future__ import annotations

import pytest

from crawler.cli.sources.opml import read_opml, write_opml
from crawler.config.source import Source
from crawler.model.exceptions import Unusable

LIST = """<opml version="1.0"><body>
  <outline text="Folder">
    <outline text="One &amp; Co" xmlurl="https://one.example/rss" language="en-US"/>
    <outline title="Жаңалық" xmlUrl="https://two.example.kz/feed"/>
  </outline>
  <outline text="Again" xmlUrl="https://one.example/rss"/>
  <outline text="Bad" xmlUrl="feed:nothing"/>
  <outline text="A page" htmlUrl="https://three.example/"/>
</body></opml>""".encode()


def test_each_outline_with_a_feed_is_a_source() -> None:
    found, left = read_opml(LIST, [])
    assert [(one.name, one.title, one.country, one.languages) for one in found] == [
        ("one_co", "One & Co", "", ("en",)),
        ("example_kz", "Жаңалық", "KZ", ()),
    ]
    assert [url for url, _ in left] == ["https://one.example/rss", "feed:nothing"]


def test_a_feed_that_is_declared_is_left_out_and_a_name_that_is_taken_gets_a_number() -> None:
    known = Source(name="one_co", feeds=("https://two.example.kz/feed",))
    found, left = read_opml(LIST, [known])
    assert [one.name for one in found] == ["one_co_2"]
    assert ("https://two.example.kz/feed", "it is declared already") in left


def test_what_is_written_is_read_again() -> None:
    source = Source(name="a", title="A < B", feeds=("https://a.example/rss?x=1&y=2",))
    (read,), left = read_opml(write_opml([source]), [])
    assert (read.title, read.feeds, left) == (source.title, source.feeds, [])


@pytest.mark.parametrize("written", [b"", b"<rss/>", b"no markup", b"\x00\xff"])
def test_what_is_no_list_of_feeds_is_refused(written: bytes) -> None:
    with pytest.raises(Unusable, match="no OPML"):
        read_opml(written, [])


def test_entities_are_not_followed() -> None:
    bomb = b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a;" '
    bomb += b'xmlUrl="https://a.example/rss"/></body></opml>'
    found, _ = read_opml(bomb, [])
    assert all("root" not in one.title for one in found)
