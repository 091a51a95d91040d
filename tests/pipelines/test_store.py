"""Which articles alert: news, once a story, with the article in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.config.config import Config
from crawler.config.models import AlertsConfig
from crawler.crawl.poll.announcement import announce
from crawler.model.conditions import ConditionKind
from crawler.model.items import Membership, Relation
from crawler.runtime.services import Services
from crawler.storage import schema
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.health import condition_log
from crawler.storage.schema import pages
from pipelines.dedup import Dedup
from pipelines.store import Store
from pipelines.stories.shingles import ShingledText
from pipelines.stories.sketch import sketch_of
from tests.factories import NOON, article, declared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.model.items import Article
    from crawler.storage.database import Database

TEXT = (
    "The counter-terrorism services of five states met in Tashkent and agreed to hold joint drills "
    "every spring, to share what they know of wanted persons and to train investigators together, "
    "the press office of the host said after the talks on Monday evening in the capital."
)


WIRE = declared(title="Example Wire", country="KZ")


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    made = Services(Config(store={"url": store_url}))
    yield made
    made.close()


def pipeline(services: Services) -> Store:
    dedup = Dedup(services.database, services.config.stories.window)
    store = Store(services, lambda _: WIRE, dedup)
    store.clock = lambda: NOON
    return store


async def put(services: Services, item: Article) -> None:
    found = {item.url: item.page.entry}
    await announce(services.database, "wire", found, now=NOON, baseline=item.page.baseline)
    dedup = Dedup(services.database, services.config.stories.window)
    await pipeline(services).process_item(await dedup.process_item(item))


async def alerts(services: Services) -> list[str]:
    rows = await services.database.read(
        lambda c: c.execute(sa.select(schema.outbox)).mappings().all()
    )
    return [row["payload"]["title"] for row in rows if row["kind"] == "story"]


async def test_a_flagged_story_alerts_every_channel_once(services: Services) -> None:
    rung: list[bool] = []
    services.alerts_queued = lambda: rung.append(True)
    await put(services, article(text=TEXT, flagged=True))
    assert await alerts(services) == ["Services met"]
    assert rung == [True]
    state = await services.database.read(lambda c: c.scalar(sa.select(pages.c.state)))
    assert state == "stored"


async def test_a_story_that_no_rule_matched_alerts_nobody(services: Services) -> None:
    await put(services, article(text=TEXT))
    assert await alerts(services) == []


async def test_what_a_first_poll_found_is_stored_and_alerts_nobody(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True, baseline=True))
    assert await alerts(services) == []


async def test_what_a_source_floods_us_with_is_held_for_review(services: Services) -> None:
    services.database.write_now(
        lambda c: condition_log.open_condition(
            c, "wire", ConditionKind.FLOOD, "500 pages, 50 is much", now=NOON
        )
    )
    await put(services, article(text=TEXT, flagged=True))
    (row,) = await services.database.read(outbox_report.listed)
    assert (row.state, row.held_for) == ("held", "flood")
    (known,) = await services.database.read(condition_log.open_conditions)
    services.database.write_now(lambda c: condition_log.clear_condition(c, known, NOON))
    await put(services, article("https://wire.example/2", text="Another one.", flagged=True))
    assert [row.state for row in await services.database.read(outbox_report.listed)] == [
        "pending",
        "held",
    ]


async def test_old_news_alerts_nobody(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True, age=timedelta(hours=49)))
    assert await alerts(services) == []


async def test_a_baseline_can_be_told_to_alert(database: Database, store_url: str) -> None:
    config = Config(
        store={"url": store_url},
        alerts=AlertsConfig(alert_baseline=True),
    )
    services = Services(config)
    await put(services, article(text=TEXT, flagged=True, baseline=True))
    assert await alerts(services) == ["Services met"]
    services.close()


async def test_a_reprint_joins_its_story_and_does_not_alert_again(services: Services) -> None:
    await put(services, article(text=TEXT, flagged=True))
    reprint = f"ASTANA. KAZINFORM. {TEXT} Read more on our site."
    await put(services, article("https://portal.example/9", text=reprint, flagged=True))
    assert await alerts(services) == ["Services met"]
    rows = await services.database.read(
        lambda c: c.execute(sa.select(schema.articles)).mappings().all()
    )
    assert [row["relation"] for row in rows] == ["new", "reprint"]
    assert len({row["story_id"] for row in rows}) == 1


async def test_a_story_alerts_when_a_revision_is_the_first_to_match(services: Services) -> None:
    await put(services, article(text="Five delegations met in Tashkent."))
    await put(services, article(text=TEXT, flagged=True))
    await put(services, article(text=TEXT + " More to follow.", flagged=True))
    assert await alerts(services) == ["Services met"]


async def test_a_decision_that_another_crawl_overtook_is_made_again(services: Services) -> None:
    first = article("https://wire.example/1", text=TEXT, flagged=True)
    other = article("https://portal.example/1", text=TEXT, flagged=True)
    blind = Membership(relation=Relation.NEW, sketch=sketch_of(ShingledText("Services met", TEXT)))
    store = pipeline(services)
    await store.process_item(replace(first, membership=blind))
    stored = await store.process_item(replace(other, membership=blind))
    assert stored.membership is not None
    assert stored.membership.relation is Relation.REPRINT
    assert await alerts(services) == ["Services met"]


async def test_an_article_and_its_alert_are_stored_together_or_not_at_all(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the outbox is broken")

    monkeypatch.setattr(outbox, "enqueue", fail)
    with pytest.raises(RuntimeError, match="outbox"):
        await put(services, article(text=TEXT, flagged=True))
    monkeypatch.undo()
    assert await services.database.read(lambda c: c.scalar(sa.select(schema.articles.c.id))) is None
    await put(services, article(text=TEXT, flagged=True))
    assert await alerts(services) == ["Services met"]
