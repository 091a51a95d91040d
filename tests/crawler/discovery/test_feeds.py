"""Whatever a feed does, its entries are read right, and what is wrong with it is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.discovery.entry_dates import plausible
from crawler.discovery.feeds import read_feed
from crawler.model.items import Entry
from crawler.model.urls import canonical_url
from tests.crawler.discovery.nasty_feeds import BASE, CORPUS, NINE, ONE, TWO, Nasty


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_a_nasty_feed_is_read_right(case: Nasty) -> None:
    reading = read_feed(case.body, BASE, case.content_type, zone="Europe/Minsk")
    assert tuple(entry.url for entry in reading.entries) == case.urls
    assert reading.unusable == case.unusable
    assert tuple(flaw.slug for flaw in reading.flaws) == case.flaws
    assert reading.complete == ("cut" not in case.flaws)
    if case.urls:
        first = reading.entries[0]
        assert first.published == case.published
        assert not case.title or first.title == case.title
        assert not case.summary or first.summary == case.summary


def test_a_date_that_cannot_be_is_dropped_and_its_entry_kept() -> None:
    hour = timedelta(hours=1)
    entries = (
        Entry(url=ONE, published=NINE - hour, updated=NINE + timedelta(minutes=5)),
        Entry(url=TWO, published=NINE + hour, updated=NINE - hour),
        Entry(url=TWO, published=NINE.replace(year=1970)),
    )
    kept, refused = plausible(entries, now=NINE)
    assert kept[0] == entries[0]
    assert (kept[1].published, kept[1].updated) == (None, NINE - hour)
    assert kept[2].published is None
    assert refused == 2


def test_the_variants_of_a_link_are_one_page() -> None:
    links = (
        "http://www.wire.example/news/1",
        "https://wire.example/news/1/?utm_source=rss&utm_medium=feed",
        "//wire.example/news/1#top",
        "https://m.wire.example/news/1",
    )
    items = "".join(f"<item><guid>{n}</guid><link>{u}</link></item>" for n, u in enumerate(links))
    body = f"<rss version='2.0'><channel>{items.replace('&', '&amp;')}</channel></rss>"
    found = {canonical_url(entry.url) for entry in read_feed(body.encode(), BASE).entries}
    assert found == {ONE}


def test_a_new_guid_makes_no_new_page_and_a_new_link_does() -> None:
    def urls(guid: str, link: str) -> list[str]:
        item = f'<item><guid isPermaLink="false">{guid}</guid><link>{link}</link></item>'
        body = f"<rss version='2.0'><channel>{item}</channel></rss>"
        return [canonical_url(entry.url) for entry in read_feed(body.encode(), BASE).entries]

    assert urls("a", ONE) == urls("b", ONE)
    # Whether its text is the old one is not for a feed to say: deduplication will tell.
    assert urls("a", ONE) != urls("a", TWO)


def test_ten_thousand_items_are_ten_thousand_entries() -> None:
    items = "".join(f"<item><title>T</title><link>{ONE}{n}</link></item>" for n in range(10_000))
    body = f"<rss version='2.0'><channel>{items}</channel></rss>"
    assert len(read_feed(body.encode(), BASE).entries) == 10_000


@pytest.mark.parametrize(
    ("channel", "minutes"),
    [
        ("<ttl>15</ttl>", 15),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 15),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", 1440),
        ("<ttl>soon</ttl>", None),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            None,
        ),
        ("", None),
    ],
)
def test_a_feed_says_how_often_it_changes(channel: str, minutes: int | None) -> None:
    space = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    item = f"<item><link>{ONE}</link></item>"
    body = f"<rss version='2.0' {space}><channel>{channel}{item}</channel></rss>"
    pace = read_feed(body.encode(), BASE).pace
    assert pace == (None if minutes is None else timedelta(minutes=minutes))


def test_a_feed_names_its_hub_and_itself() -> None:
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://hub.example/"/>
    <link rel="self" href="/atom.xml"/><entry><link href="{ONE}"/></entry></feed>"""
    rss = f"""<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
    <atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="/atom.xml"/>
    <item><link>{ONE}</link></item></channel></rss>"""
    both = """{"version": "https://jsonfeed.org/version/1", "feed_url": "https://wire.example/atom.xml",
    "hubs": [{"type": "rssCloud", "url": "x"}, {"type": "WebSub", "url": "https://hub.example/"}],
    "items": []}"""
    for body in (atom, rss, both):
        reading = read_feed(body.encode(), BASE)
        assert (reading.hub, reading.topic) == (
            "https://hub.example/",
            "https://wire.example/atom.xml",
        )
