"""What a source offers of its own past is read day by day, and nothing is fetched twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.backfill.past import A_DAY, numbers
from tests.e2e.program import SCRAPY

if TYPE_CHECKING:
    from tests.e2e.backfill.past import Past
    from tests.e2e.desk import Desk
    from tests.e2e.program import Ended

FIVE_DAYS = ("--since", "2019-09-03", "--until", "2019-09-07")
WANTED = list(range(2 * A_DAY, 7 * A_DAY))


async def fill(desk: Desk, *words: str) -> Ended:
    return await desk.ask("backfill", "past", *FIVE_DAYS, *words)


async def jobs(desk: Desk) -> list[dict[str, Any]]:
    told: dict[str, list[dict[str, Any]]] = json.loads(
        (await desk.ask("backfill", "--status", "--json")).out
    )
    return told["backfills"]


def stored(desk: Desk) -> list[int]:
    return numbers([article["url"] for article in desk.articles()])


ROADS: dict[str, dict[str, object]] = {
    "day pages": {"days": ["{base}/day/{{date:%Y-%m-%d}}"]},
    "WordPress": {"wordpress": ["{base}"]},
    "paged feeds": {"feeds": ["{base}/feed?paged={{page}}"]},
}


def declared(past: Past, road: str) -> dict[str, object]:
    archive = {
        key: [str(address).format(base=past.base) for address in value]  # type: ignore[attr-defined]
        for key, value in ROADS[road].items()
    }
    return past.source(archive=archive)


@pytest.mark.parametrize("road", ROADS)
async def test_exactly_the_days_that_are_asked_for_are_fetched_and_stored(
    desk: Desk, past: Past, road: str
) -> None:
    desk.configure(declared(past, road))
    ended = await fill(desk)
    assert ended.status == 0, ended.err + ended.out
    assert stored(desk) == WANTED
    assert numbers(list(past.fetched)) == WANTED
    (job,) = await jobs(desk)
    assert (job["state"], job["counts"]["extracted"]) == ("done", len(WANTED))
    assert desk.alerts() == []  # silent, and old
    again = await fill(desk)
    assert again.status == 0, again.err
    assert set(past.fetched.values()) == {1}


async def test_a_sitemap_tells_when_a_page_was_changed_which_may_be_two_days_later(
    desk: Desk, past: Past
) -> None:
    desk.configure(past.source(archive={"sitemaps": [f"{past.base}/sitemap-{{date:%Y-%m}}.xml"]}))
    ended = await fill(desk)
    assert ended.status == 0, ended.err
    assert stored(desk) == list(range(2 * A_DAY, 9 * A_DAY))
    (job,) = await jobs(desk)
    assert job["counts"]["stored, of other days"] == 2 * A_DAY


async def test_a_feed_that_links_to_the_one_before_it_is_followed(desk: Desk, past: Past) -> None:
    desk.configure(past.source(), backfill={"wayback_index": past.base, "pause": 0, "patience": 0})
    ended = await fill(desk)
    assert stored(desk) == WANTED
    assert "declares no archive of its own" in ended.out


async def test_a_listing_is_walked_back_and_newer_pages_cost_one_article_each(
    desk: Desk, past: Past
) -> None:
    desk.configure(past.source(archive={"listings": [f"{past.base}/list/{{page}}"]}))
    ended = await fill(desk)
    assert ended.status == 0, ended.err
    assert set(stored(desk)) >= set(WANTED)
    newer = len(past.old) - WANTED[-1] - 1
    assert len(past.fetched) <= len(WANTED) + newer // 2 + 4
    (job,) = await jobs(desk)
    assert job["counts"]["stored, of other days"] > 0


async def test_plain_scrapy_fills_the_same_days(desk: Desk, past: Past) -> None:
    from tests.test_docs import ROOT

    desk.configure(declared(past, "day pages"))
    days = ("-a", "since=2019-09-03", "-a", "until=2019-09-07")
    ended = await desk.ask("crawl", "past", *days, program=SCRAPY, at=ROOT)
    assert (ended.status, stored(desk)) == (0, WANTED), ended.err
    wrong = await desk.ask("crawl", "past", "-a", "since=soon", program=SCRAPY, at=ROOT)
    assert "since 'soon': expected a day" in wrong.err
    assert "Traceback" not in wrong.err


async def test_a_day_that_cannot_be_read_fails_and_is_done_when_it_is_asked_for_again(
    desk: Desk, past: Past
) -> None:
    past.broken["/day/2019-09-04"] = [500, 500]
    desk.configure(declared(past, "day pages"))
    ended = await fill(desk)
    assert ended.status == 1
    (job,) = await jobs(desk)
    assert (job["state"], job["shards"]["done"], job["shards"]["failed"]) == ("failed", 4, 1)
    assert job["failed_shards"][0]["since"] == "2019-09-04"
    again = await fill(desk)
    assert again.status == 0, again.err
    assert stored(desk) == WANTED
    assert past.asked["/day/2019-09-05"] == 1
    (job,) = await jobs(desk)
    assert job["state"] == "done"


async def test_a_page_that_fails_keeps_its_day_open(desk: Desk, past: Past) -> None:
    past.broken["/news/8"] = [503, 503]
    past.headers = {"Retry-After": "0"}
    desk.configure(declared(past, "day pages"))
    ended = await fill(desk)
    assert ended.status == 1
    assert "pages could not be had" in ended.out + ended.err
    assert stored(desk) == [number for number in WANTED if number != 8]


async def test_a_cancelled_backfill_forgets_what_it_did_not_come_to(desk: Desk, past: Past) -> None:
    past.broken["/news/8"] = [503, 503]
    desk.configure(declared(past, "day pages"))
    await fill(desk)
    assert (await desk.ask("backfill", "--cancel", "1")).status == 0
    assert (await desk.ask("backfill", "--cancel", "1")).status == 1
    assert {page["state"] for page in desk.pages().values()} == {"stored"}
    assert (await jobs(desk))[0]["state"] == "cancelled"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("past",), "since is missing"),
        (("past", "--since", "2019-13-01"), "there is no such day: 2019-13-01"),
        (("past", "--since", "2019-09-05", "--until", "2019-09-01"), "is after until"),
        (("past", "--since", "2999-01-01"), "has not come yet"),
        (("past", "--since", "2019-09-01", "--via", "alexandria"), "no such archive"),
        (("past", "--since", "2019-09-01", "--alerts", "loud"), "expected one of"),
        (("passed", "--since", "2019-09-01"), "no source is called"),
        (("--since", "2019-09-01"), "name a source"),
        (("--via", "warc"), "name the files"),
    ],
)
async def test_a_wish_that_cannot_be_is_explained(
    desk: Desk, past: Past, words: tuple[str, ...], said: str
) -> None:
    desk.configure(past.source())
    ended = await desk.ask("backfill", *words)
    assert ended.status == 2
    assert said in ended.err
    assert "Traceback" not in ended.err
