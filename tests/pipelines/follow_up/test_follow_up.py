"""A story that was told is followed: what its message and its thread are to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.config.config import Config
from crawler.model.alert import Alert
from crawler.model.items import Related
from crawler.model.story_status import EventKind
from crawler.runtime.services import Services
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.schema import outbox as table
from pipelines.follow_up.follow_up import is_independent
from tests.factories import NOON, article, match
from tests.pipelines.test_store import TEXT, pipeline, put
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.model.items import Article
    from crawler.storage.alerts.outbox import Claimed

PORTAL = "https://portal.example/9"
LATER = NOON + timedelta(seconds=1)


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    config = Config(
        store={"url": store_url},
        channel=[{"name": "desk", "kind": "jsonl", "target": "alerts.jsonl"}],
    )
    made = Services(config)
    yield made
    made.close()


def credited(item: Article, credit: str) -> Article:
    return replace(item, content=replace(item.content, credit=credit))


async def claim(services: Services) -> list[Claimed]:
    return await services.database.write(
        lambda connection: outbox.claim(
            connection,
            owner="me",
            now=LATER,
            lease=timedelta(minutes=1),
            limit=9,
            channels=["desk"],
        )
    )


async def tell(services: Services, reference: str = "ts 1") -> Alert:
    """Deliver the first message."""
    (row,) = await claim(services)
    await services.database.write(
        lambda connection: outbox.set_sent(connection, row.id, reference, LATER)
    )
    return Alert.from_json(row.payload)


async def told(services: Services) -> dict[str, Alert]:
    """What is to be said next, by kind."""
    return {row.kind: Alert.from_json(row.payload) for row in await claim(services)}


async def test_a_reprint_edits_the_message_and_answers_in_its_thread(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    reprint = article(PORTAL, text=f"{TEXT} Read more on our site.", flagged=True)
    await put(services, replace(reprint, page=replace(reprint.page, source="portal")))
    said = await told(services)
    assert list(said) == ["update-1", "reply-2"]
    assert {one.parent for one in said.values()} == {"ts 1"}
    (outlet,) = said["update-1"].standing.outlets
    assert (outlet.site, outlet.name, outlet.independent) == (
        "portal.example",
        "Example Wire",
        False,
    )
    assert said["update-1"].matches
    turn = said["reply-2"].turn
    assert turn is not None
    assert (turn.what, turn.independent) == (EventKind.REPRINT, False)
    assert turn.again == ""


async def relate(services: Services, first: Alert, url: str, credit: str = "") -> None:
    """Store a linked report of the same act in other words."""
    act = first.matches[0].evidence[0].term
    other = article(url, title="Five states agree", text=f"More {act}, it said.")
    other = replace(
        other, page=replace(other.page, source=url.split("/")[2].split(".", maxsplit=1)[0])
    )
    other = credited(replace(other, entities=first.entities), credit)
    assert other.membership
    linked = Related(story_id=first.story_id, article_id=1, score=0.8, evidence="told")
    related = replace(other.membership, related=(linked,), watermark=99)
    await pipeline(services).process_item(replace(other, membership=related))


async def test_the_channel_hears_of_the_first_report_in_own_words_only(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    first = await tell(services)
    for name in ("agency", "paper"):
        await relate(services, first, f"https://{name}.example/1")
    said = await told(services)
    turns = [one.turn for kind, one in said.items() if kind.startswith("reply")]
    assert [turn.again for turn in turns if turn] == ["an independent outlet", ""]
    (update,) = (one for kind, one in said.items() if kind.startswith("update"))
    assert update.standing.independent == 2


async def test_a_report_in_own_words_that_credits_the_agency_is_not_independent(
    services: Services,
) -> None:
    await put(services, credited(article(text=TEXT, flagged=True), "TASS"))
    first = await tell(services)
    await relate(services, first, "https://agency.example/1", credit="TASS news agency")
    said = await told(services)
    assert said["update-1"].standing.independent == 0
    turn = said["reply-2"].turn
    assert turn is not None
    assert (turn.independent, turn.again) == (False, "")


async def test_a_copy_is_never_independent_whatever_it_credits(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    await put(services, credited(article(PORTAL, text=f"{TEXT} Read more."), "Some Other Agency"))
    said = await told(services)
    assert said["update-1"].standing.independent == 0
    turn = said["reply-2"].turn
    assert turn is not None
    assert turn.again == ""


async def test_a_reprint_yields_the_head_of_the_message_to_its_original(
    services: Services,
) -> None:
    await put(services, credited(article(PORTAL, text=TEXT, flagged=True), "Example Wire"))
    await tell(services)
    original = article(title="Services of five states agree", text=f"{TEXT} More soon.")
    await put(services, original)
    update = (await told(services))["update-1"]
    assert (update.url, update.title) == (original.page.url, original.content.title)
    assert [outlet.site for outlet in update.standing.outlets] == ["portal.example"]
    assert update.matches


async def test_the_channel_hears_of_a_severity_that_rose(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    revised = article(text=f"{TEXT} The threat is acute.", flagged=True)
    worse = replace(revised, matches=(replace(match(), severity="critical"),))
    await put(services, worse)
    turn = (await told(services))["reply-1-2"].turn
    assert turn is not None
    assert turn.again == "severity is critical now"


@pytest.mark.parametrize(
    ("title", "opening", "loud"),
    [
        ("CORRECTED-Services met", "", True),
        ("Services met", "(Corrects the number in paragraph 2.) ", True),
        ("Уточнение: службы встретились", "", True),
        ("更正：各国机构举行会议", "", True),
        ("Corrections officers met services", "", False),
        ("Services met again", "", False),
    ],
)
async def test_the_channel_hears_of_a_correction(
    services: Services, title: str, opening: str, *, loud: bool
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    await put(services, article(title=title, text=f"{opening}{TEXT} Two were held.", flagged=True))
    turn = (await told(services))["reply-1-2"].turn
    assert turn is not None
    assert turn.again == ("a correction" if loud else "")


async def test_an_outlet_that_credits_the_agency_is_counted_and_is_not_independent(
    services: Services,
) -> None:
    await put(services, credited(article(text=TEXT, flagged=True), "TASS"))
    await tell(services)
    await put(services, credited(article(PORTAL, text=f"{TEXT} Read more."), "TASS news agency"))
    standing = (await told(services))["update-1"].standing
    assert (len(standing.outlets), standing.independent) == (1, 0)


async def test_a_revision_is_told_with_what_came_and_what_went(services: Services) -> None:
    old = f"{TEXT} Police said 12 people were held. The talks end on Friday."
    new = f"{TEXT} Police said 15 people were held. The talks end on Friday."
    await put(services, article(text=old, flagged=True))
    await tell(services)
    await put(services, article(title="Fifteen held", text=new, flagged=True))
    said = await told(services)
    assert list(said) == ["update-1", "reply-1-2"]
    assert (said["update-1"].title, said["update-1"].standing.revised) == ("Fifteen held", 1)
    turn = said["reply-1-2"].turn
    assert turn is not None
    assert turn.earlier_title == "Services met"
    assert turn.removed == ("Police said 12 people were held.",)
    assert turn.added == ("Police said 15 people were held.",)
    assert (turn.figures_removed, turn.figures_added) == (("12",), ("15",))


async def test_a_revision_that_no_rule_matches_keeps_the_receipt(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    await put(services, article(text="The talks were called off."))
    assert (await told(services))["update-1"].matches


async def test_an_unchanged_page_says_nothing(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    await put(services, article(text=TEXT, flagged=True))
    assert await told(services) == {}


async def test_a_related_story_of_another_act_is_counted_and_not_told(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    first = await tell(services)
    other = article("https://agency.example/5", title="Meet and greet", text="Guests are welcome.")
    assert other.membership
    linked = Related(story_id=first.story_id, article_id=1, score=0.8, evidence="told")
    await pipeline(services).process_item(
        replace(other, membership=replace(other.membership, related=(linked,), watermark=1))
    )
    said = await told(services)
    assert list(said) == ["update-1"]
    assert said["update-1"].standing.related == 1


async def test_a_related_story_is_linked_in_the_thread(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    first = await tell(services)
    act = first.matches[0].evidence[0].term
    other = article("https://agency.example/5", title="Five states agree", text=f"More {act}.")
    other = replace(other, entities=first.entities)
    store = pipeline(services)
    assert other.membership
    linked = Related(story_id=first.story_id, article_id=1, score=0.8, evidence="told")
    await store.process_item(
        replace(other, membership=replace(other.membership, related=(linked,), watermark=1))
    )
    said = await told(services)
    assert list(said) == ["update-1", "reply-2"]
    assert said["update-1"].standing.related == 1
    turn = said["reply-2"].turn
    assert turn is not None
    assert turn.what is EventKind.RELATED
    assert said["reply-2"].url == "https://agency.example/5"


async def test_only_the_newest_state_of_a_message_waits_and_every_reply_does(
    services: Services,
) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    for number in (2, 3, 4):
        url = f"https://portal{number}.example/9"
        await put(services, article(url, text=f"{TEXT} Read more, {number}.", flagged=True))
    said = await told(services)
    assert sorted(said) == ["reply-2", "reply-3", "reply-4", "update-1"]
    assert len(said["update-1"].standing.outlets) == 3


async def test_an_edit_under_way_is_followed_by_another(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    await put(services, article(PORTAL, text=f"{TEXT} Read more.", flagged=True))
    assert list(await told(services)) == ["update-1", "reply-2"]
    await put(services, article("https://third.example/9", text=f"{TEXT} More.", flagged=True))
    kinds = await services.database.read(
        lambda c: c.scalars(sa.select(table.c.kind).where(table.c.state == "pending")).all()
    )
    assert sorted(kinds) == ["reply-3", "update-2"]


async def test_a_message_that_was_not_sent_says_the_newest_at_once(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await put(services, article(PORTAL, text=f"{TEXT} Read more.", flagged=True))
    first = await tell(services)
    assert len(first.standing.outlets) == 1
    assert list(await told(services)) == ["reply-2"]


async def test_what_follows_an_undelivered_message_waits_for_it(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    (row,) = await claim(services)
    await services.database.write(
        lambda connection: outbox.set_dead(connection, row.id, "is_archived")
    )
    await put(services, article(PORTAL, text=f"{TEXT} Read more.", flagged=True))
    assert await claim(services) == []
    assert (await services.database.read(outbox_report.by_state))["desk"]["pending"] == 0
    await services.database.write(lambda connection: outbox.revive(connection, LATER))
    await tell(services)
    assert [one.standing.outlets[0].site for one in (await told(services)).values() if one.matches]


async def test_a_story_that_alerted_nobody_is_not_followed(services: Services) -> None:
    await put(services, article(text=TEXT))
    await put(services, article(PORTAL, text=f"{TEXT} Read more."))
    assert await services.database.read(outbox_report.listed) == []


async def test_what_a_first_poll_finds_is_told_to_no_thread(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    await tell(services)
    await put(services, article(PORTAL, text=f"{TEXT} Read more.", baseline=True))
    assert await told(services) == {}


async def test_the_article_that_a_message_is_of_is_no_news_to_its_thread(
    services: Services,
) -> None:
    await put(services, article(text=TEXT))
    await put(services, article(PORTAL, text=f"{TEXT} Read more.", flagged=True))
    first = await tell(services)
    assert [outlet.site for outlet in first.standing.outlets] == ["wire.example"]
    assert await told(services) == {}


@pytest.mark.parametrize(
    ("url", "source", "credit", "expected"),
    [
        ("https://eng.wire.by/2", "wire-en", "", False),  # the same site
        ("https://portal.example/2", "portal", "BelTA", False),
        ("https://portal.example/2", "portal", "BELTA News Agency", False),
        ("https://portal.example/2", "belta", "", False),  # the agency, under another address
        ("https://portal.example/2", "belta_ru", "", False),
        ("https://portal.example/2", "portal", "", True),
        ("https://portal.example/2", "portal", "Reuters", True),
    ],
)
def test_an_independent_outlet_is_another_site_without_the_agencys_credit(
    url: str, source: str, credit: str, *, expected: bool
) -> None:
    told = replace(alert(), url="https://www.wire.by/1")
    assert is_independent(told, url, source, credit) is expected
