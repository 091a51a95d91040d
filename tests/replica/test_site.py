"""The replica is a real web server, and answers as the wires do."""

from __future__ import annotations

import asyncio
import calendar
import gzip
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import feedparser
import pytest
from parsel import Selector
from protego import Protego

from crawler.model.exceptions import Unusable
from replica.outlets import BELTA, OSCE
from replica.site import WireSite
from replica.story import Quirk, StoryKind

if TYPE_CHECKING:
    import time

    import aiohttp

    from replica.service import WireService
    from replica.story import Story

NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def utc(parsed: time.struct_time) -> datetime:
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC)


async def fetch(
    reader: aiohttp.ClientSession, url: str, **headers: str
) -> tuple[aiohttp.ClientResponse, bytes]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent.setdefault("Accept-Encoding", "identity")
    async with reader.get(url, headers=sent, allow_redirects=False) as response:
        return response, await response.read()


async def test_what_has_not_changed_is_answered_with_304(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    url = service.urls["tass"] + "/rss.xml"
    first, body = await fetch(reader, url)
    by_tag, _ = await fetch(reader, url, If_None_Match=first.headers["ETag"])
    by_date, _ = await fetch(reader, url, If_Modified_Since=first.headers["Last-Modified"])
    assert (first.status, by_tag.status, by_date.status) == (200, 304, 304)
    assert body
    assert [r.conditional for r in service.sites["tass"].requests("/rss.xml")] == [
        False,
        True,
        True,
    ]


async def test_a_changed_tag_outweighs_an_unchanged_date(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    url = service.urls["tass"] + "/rss.xml"
    first, _ = await fetch(reader, url)
    service.publish(next(story for story in service.live if story.outlet == "tass"))
    again, _ = await fetch(
        reader,
        url,
        If_None_Match=first.headers["ETag"],
        If_Modified_Since=first.headers["Last-Modified"],
    )
    assert again.status == 200


async def test_bodies_are_packed_for_those_who_ask(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    url = service.sites["belta"].publications[0].url
    _, plain = await fetch(reader, url)
    response, packed = await fetch(reader, url, Accept_Encoding="gzip, deflate")
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 2


async def test_robots_forbids_search_and_states_a_delay_when_told_to(
    reader: aiohttp.ClientSession,
) -> None:
    site = WireSite(BELTA, clock=lambda: datetime(2026, 3, 4, tzinfo=UTC), port=0, crawl_delay=2.5)
    await site.start()
    try:
        _, body = await fetch(reader, site.base_url + "/robots.txt")
        rules = Protego.parse(body.decode())
    finally:
        await site.stop()
    assert not rules.can_fetch(site.base_url + "/search?q=x", "Wirewatch")
    assert rules.can_fetch(site.base_url + "/listing", "Wirewatch")
    assert rules.crawl_delay("Wirewatch") == 2.5


async def test_a_feed_names_each_story_with_its_time(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    for outlet, path in (("un_news", "/rss.xml"), ("osce", "/atom.xml")):
        _, body = await fetch(reader, service.urls[outlet] + path)
        feed = feedparser.parse(body)
        shown = service.sites[outlet].publications
        assert not feed.bozo
        assert [entry.link for entry in feed.entries] == [p.url for p in shown]
        times = [utc(entry.published_parsed) for entry in feed.entries]
        assert times == [p.at for p in shown]


async def test_a_feed_states_times_in_the_outlets_zone(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    _, body = await fetch(reader, service.urls["un_news"] + "/rss.xml")
    published = ET.fromstring(body).findtext(".//pubDate") or ""  # noqa: S314 - our own bytes
    assert parsedate_to_datetime(published).utcoffset() == timedelta(hours=-5)


async def test_the_news_sitemap_holds_two_days_of_titles_and_times(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    _, body = await fetch(reader, service.urls["kazinform"] + "/news-sitemap.xml")
    root = ET.fromstring(body)  # noqa: S314 - our own bytes
    found = {u.findtext(f"{MAP}loc"): u.find(f"{NEWS}news") for u in root}
    shown = {p.url: p for p in service.sites["kazinform"].publications}
    assert found.keys() == shown.keys()
    for url, news in found.items():
        assert news is not None
        assert url is not None
        stated = datetime.fromisoformat(news.findtext(f"{NEWS}publication_date") or "")
        assert stated == shown[url].at
        assert news.findtext(f"{NEWS}title") == shown[url].story.title


async def test_listing_pages_lead_on_to_the_last_story(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    base = service.urls["portal"]
    following, found = "/listing", list[str]()
    while following:
        _, body = await fetch(reader, base + following)
        page = Selector(body.decode())
        found += page.css("a.rubric__link::attr(href)").getall()
        following = page.css('a.pager__next[rel="next"]::attr(href)').get(default="")
    assert found == [p.url for p in service.sites["portal"].publications]
    assert (await fetch(reader, base + "/listing?page=99"))[0].status == 404
    assert (await fetch(reader, base + "/listing?page=x"))[0].status == 404


async def test_a_revision_changes_the_page_and_its_time_in_the_atom_feed(
    stories: tuple[Story, ...], reader: aiohttp.ClientSession
) -> None:
    now = [datetime(2026, 3, 4, 12, tzinfo=UTC)]
    site = WireSite(OSCE, clock=lambda: now[0])
    await site.start()
    try:
        story = next(s for s in stories if s.outlet == "osce" and s.live)
        shown = site.publish(story)
        before, _ = await fetch(reader, shown.url)
        now[0] += timedelta(minutes=5)
        site.revise(story.id, title="A new headline", paragraphs=("A new text.",))
        after, page = await fetch(reader, shown.url, If_None_Match=before.headers["ETag"])
        _, feed = await fetch(reader, site.base_url + "/atom.xml")
    finally:
        await site.stop()
    entry = feedparser.parse(feed).entries[0]
    assert after.status == 200
    assert b"A new headline" in page
    assert entry.link == shown.url
    assert utc(entry.updated_parsed) == now[0]
    assert utc(entry.published_parsed) == shown.at


async def test_a_page_stays_as_it_is_when_others_are_published(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    url = service.sites["belta"].publications[-1].url
    before, _ = await fetch(reader, url)
    service.publish(next(story for story in service.live if story.outlet == "belta"))
    after, _ = await fetch(reader, url, If_None_Match=before.headers["ETag"])
    assert after.status == 304


async def test_broken_pages_are_broken_each_in_its_way(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    urls = {p.story.quirk: p.url for p in service.sites["portal"].publications if p.story.quirk}
    empty, nothing = await fetch(reader, urls[Quirk.EMPTY])
    missing, _ = await fetch(reader, urls[Quirk.MISSING])
    there, _ = await fetch(reader, urls[Quirk.LOOP])
    back, _ = await fetch(reader, service.urls["portal"] + there.headers["Location"])
    assert (empty.status, nothing) == (200, b"")
    assert missing.status == 404
    assert (there.status, back.status) == (302, 302)
    assert urls[Quirk.LOOP].endswith(back.headers["Location"])


async def test_a_hundred_requests_at_once_are_all_answered(
    service: WireService, reader: aiohttp.ClientSession
) -> None:
    urls = [p.url for p in service.sites["kazinform"].publications] * 10
    answers = await asyncio.gather(*(fetch(reader, url) for url in urls))
    assert {response.status for response, _ in answers} == {200}
    assert len(service.sites["kazinform"].log) == len(urls)


async def test_a_port_in_use_is_named_in_one_sentence(service: WireService) -> None:
    taken = int(service.urls["belta"].rpartition(":")[2])
    site = WireSite(BELTA, clock=lambda: datetime(2026, 3, 4, tzinfo=UTC), port=taken)
    with pytest.raises(Unusable, match=f"port {taken} on 127.0.0.1 cannot be used"):
        await site.start()


async def test_the_archive_is_out_at_the_start_and_the_live_stories_are_not(
    service: WireService,
) -> None:
    out = {p.story.id for site in service.sites.values() for p in site.publications}
    assert out == {story.id for story in service.archive}
    for story in service.live:
        service.publish(story)
    out = {p.story.id for site in service.sites.values() for p in site.publications}
    assert out == {story.id for story in service.stories if story.kind is not StoryKind.REVISION}
