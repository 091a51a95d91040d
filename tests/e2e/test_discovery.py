"""Every way in which a source can say what is new, asked of a real server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import documents, outbox
from tests.e2e import paper
from tests.e2e.wire import RSS, Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

JSON = "application/json"
ARTICLES = "/a/"
CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><script>_cf_chl_opt={}</script></html>"
)


def _stored(desk: Desk) -> set[str]:
    return {path for path, row in desk.pages().items() if row["state"] == "stored"}


async def test_a_list_in_json_announces_articles(desk: Desk, wire: Wire) -> None:
    for number in (1, 2):
        wire.page(number)
    items = [{"id": 1, "title": "One"}, {"id": 2, "title": "Two"}]
    body = f"news({json.dumps({'items': items})});".encode()
    url = wire.put("/api/news?limit=50", Reply(body=body, content_type=JSON, etag='"1"'))
    declared = {"url": url, "items": "items", "link": "id", "address": wire.base + "/a/{link}"}
    desk.configure(source("api", wire, json_lists=[declared]))
    for _ in range(2):
        assert (await desk.ask("crawl", "api")).status == 0
    assert _stored(desk) == {"a/1", "a/2"}
    assert wire.statuses("/api/news?limit=50") == [200, 304]


async def test_a_json_feed_is_a_feed(desk: Desk, wire: Wire) -> None:
    items = [{"id": wire.page(1).url, "title": "One"}]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": items}
    url = wire.put("/feed.json", Reply(body=json.dumps(feed).encode(), content_type=JSON))
    desk.configure(source("json", wire, feeds=[url]))
    assert (await desk.ask("crawl", "json")).status == 0
    assert _stored(desk) == {"a/1"}


async def test_feeds_are_found_on_the_home_page_and_remembered(desk: Desk, wire: Wire) -> None:
    def home(*feeds: str) -> bytes:
        kind = 'rel="alternate" type="application/rss+xml"'
        links = "".join(f'<link {kind} href="{feed}">' for feed in feeds)
        comments = f'<link {kind} title="Comments" href="/comments/feed">'
        elsewhere = f'<link {kind} href="https://other.invalid/rss">'
        return f"<html><head>{links}{comments}{elsewhere}</head><body>Home</body></html>".encode()

    address = wire.put("/", Reply(body=home("/en.xml", "/ru.xml"), etag='"1"'))
    wire.feed(wire.page(1), path="/en.xml", etag='"e"')
    wire.feed(wire.page(2), path="/ru.xml")
    quick = {"interval": 0.001}
    desk.configure(source("site", wire, home=address, article_urls=ARTICLES), crawl=quick)
    assert (await desk.ask("run", "--once")).status == 0
    assert _stored(desk) == {"a/1", "a/2"}
    assert wire.asked("/comments/feed") == []
    # The next poll asks the feeds, and not the home page: a site rarely moves its feeds.
    assert (await desk.ask("run", "--once")).status == 0
    assert wire.statuses("/") == [200]
    assert wire.statuses("/en.xml") == [200, 304]
    # Who asks by hand asks the home page as well, conditionally.
    assert (await desk.ask("crawl", "site")).status == 0
    assert wire.statuses("/") == [200, 304]
    wire.put("/", Reply(body=home("/en.xml")))
    assert (await desk.ask("crawl", "site")).status == 0
    assert (await desk.ask("crawl", "site")).status == 0
    assert len(wire.asked("/ru.xml")) == 4  # what it does not name any more is not asked any more


async def test_listings_are_read_page_by_page_until_known_ground(desk: Desk, wire: Wire) -> None:
    def listing(*numbers: int) -> Reply:
        links = "".join(f'<a href="{wire.page(n).url}">{n}</a>' for n in numbers)
        return Reply(body=f"<html>{links}</html>".encode(), etag=f'"{numbers}"')

    first = wire.put("/news", listing(1, 2))
    wire.put("/news?page=2", listing(3))
    wire.put("/news?page=3", listing(4))
    wire.put("/news?page=4", listing(5))
    declared = source(
        "site", wire, listings=[first], article_urls=ARTICLES, next_page="?page={page}"
    )
    desk.configure(declared)
    for _ in range(2):
        assert (await desk.ask("crawl", "site")).status == 0
    assert _stored(desk) == {"a/1", "a/2", "a/3", "a/4"}  # max_pages is three
    assert wire.statuses("/news") == [200, 304]
    # What is new stands on the first page, and the second is known ground.
    wire.put("/news", listing(6, 1))
    wire.put("/news?page=2", listing(2, 3))
    assert (await desk.ask("crawl", "site")).status == 0
    assert _stored(desk) == {"a/1", "a/2", "a/3", "a/4", "a/6"}
    assert len(wire.asked("/news?page=2")) == 2
    assert len(wire.asked("/news?page=3")) == 1


async def test_of_a_source_behind_a_wall_only_its_leads_are_read(desk: Desk, wire: Wire) -> None:
    when = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    lead = "The counter-terrorism services of Belarus and Kazakhstan agreed to exchange data."

    def item(number: int, title: str, summary: str) -> str:
        return (
            f"<item><title>{title}</title><link>{wire.base}/a/{number}</link>"
            f"<description>{summary}</description><pubDate>{format_datetime(when)}</pubDate></item>"
        )

    first = item(1, "A harvest begins in the south of the country", "")
    second = item(2, "Counter-terrorism services of two states will exchange data", lead)
    for items in (first, second + first):
        body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
        url = wire.put("/feed.xml", Reply(body=body, content_type=RSS))
        desk.configure(source("wall", wire, lead_only=True, languages=["en"], feeds=[url]))
        assert (await desk.ask("crawl", "wall")).status == 0
    assert not [line for line in wire.log if line.path.startswith(ARTICLES)]
    one, two = desk.articles()
    assert one["text"] == one["title"] == "A harvest begins in the south of the country"
    assert (two["text"], two["language"], two["published_at"]) == (lead, "en", when)
    assert two["published_receipt"]["signal"] == "entry"
    assert (await desk.ask("run", "--once")).status == 0
    assert len(desk.alerts()) == 1
    (row,) = desk.rows(sa.select(outbox))
    assert row["payload"]["lead_only"] is True


async def test_a_frozen_feed_is_reported_and_read(desk: Desk, wire: Wire) -> None:
    old = datetime.now(UTC) - timedelta(days=45)
    line = (
        f"<item><title>T</title><link>{wire.page(1).url}</link>"
        f"<pubDate>{format_datetime(old)}</pubDate></item>"
    )
    body = f"<rss version='2.0'><channel>{line}</channel></rss>".encode()
    url = wire.put("/feed.xml", Reply(body=body, content_type=RSS))
    desk.configure(
        source("paper", wire), source("office", wire, kind="institution", feeds=[url + "?2"])
    )
    wire.put("/feed.xml?2", Reply(body=body, content_type=RSS))
    assert (await desk.ask("run", "--once")).status == 0
    last = desk.last()
    assert last["paper"]["reason"] == f"{url}: frozen: nothing newer than {old:%Y-%m-%d}"
    assert last["paper"]["counts"]["failed documents: frozen"] == 1
    assert last["office"]["reason"] == ""


async def test_a_challenge_in_the_place_of_an_article_is_no_article_and_comes_again(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1, reply=Reply(body=CHALLENGE)))
    desk.configure(source("guarded", wire))
    assert (await desk.ask("crawl", "guarded")).status == 0
    (page,) = desk.pages().values()
    assert (page["state"], page["reason"]) == ("failed", "a challenge page (Cloudflare)")


async def test_a_feed_that_is_gone_is_left_alone_by_the_schedule_and_asked_by_hand(
    desk: Desk, wire: Wire
) -> None:
    quick = {"interval": 0.001}
    desk.configure(source("gone", wire, feeds=[f"{wire.base}/gone.xml"]), crawl=quick)
    assert (await desk.ask("run", "--once")).status == 1
    assert (await desk.ask("run", "--once")).status == 0
    assert wire.statuses("/gone.xml") == [404]
    assert desk.runs()[-1]["counts"] == {"documents on hold": 1}
    told = await desk.status()
    (held,) = told["documents_on_hold"]
    assert (held["source"], held["failures"]) == ("gone", 1)
    assert held["reason"] == "the server answered 404 Not Found"
    wire.feed(wire.page(1), path="/gone.xml")
    assert (await desk.ask("crawl", "gone")).status == 0
    assert _stored(desk) == {"a/1"}
    (row,) = desk.rows(sa.select(documents))
    assert (row["failures"], row["not_before"], row["error"]) == (0, None, "")


async def test_a_feed_that_breaks_off_is_read_and_asked_again(desk: Desk, wire: Wire) -> None:
    whole = paper.rss([wire.page(1), wire.page(2)])
    cut = whole[: whole.rindex("</channel>")].encode()
    wire.put("/feed.xml", Reply(body=cut, content_type=RSS, etag='"1"'))
    desk.configure(source("cut", wire))
    for _ in range(2):
        assert (await desk.ask("crawl", "cut")).status == 0
    assert _stored(desk) == {"a/1", "a/2"}
    assert wire.statuses("/feed.xml") == [200, 200]
    assert "breaks off after 2 items" in desk.last()["cut"]["reason"]
