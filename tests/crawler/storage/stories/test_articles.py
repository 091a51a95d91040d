"""An article is stored once, with its story, whoever else is storing at that moment."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.model.items import Membership, Relation
from crawler.storage import schema
from crawler.storage.schema import revisions, stories
from crawler.storage.stories import articles
from crawler.storage.stories.articles import OutdatedLookup
from crawler.storage.stories.similar import SimilarityLookup, look_up_similar
from tests.factories import NOON, article

if TYPE_CHECKING:
    from crawler.model.items import Article
    from crawler.storage.database import Database
    from crawler.storage.stories.articles import StoredArticle

SKETCH = (2, 4, 6, 8)


async def save(database: Database, item: Article) -> StoredArticle:
    return await database.write(lambda c: articles.save_article(c, item, now=NOON))


async def count(database: Database, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return await database.read(lambda c: c.scalar(query) or 0)


async def test_the_same_page_twice_is_one_article(database: Database) -> None:
    one = await save(database, article(flagged=True))
    again = await save(database, article(flagged=True))
    assert (one.article_id, one.story_id) == (again.article_id, again.story_id)
    assert (one.changed, again.changed) == (True, False)
    assert (one.first_hit, again.first_hit) == (True, False)
    assert await count(database, schema.articles) == 1


async def test_a_changed_page_keeps_what_it_said_before(database: Database) -> None:
    await save(database, article(text="Two services met."))
    revised = await save(database, article(text="Three services met.", flagged=True))
    assert (revised.changed, revised.first_hit) == (True, True)
    rows = await database.read(lambda c: c.execute(sa.select(revisions)).mappings().all())
    assert [(row["version"], row["text"]) for row in rows] == [(1, "Two services met.")]
    held = await database.read(
        lambda connection: articles.find_article(connection, "https://wire.example/news/1")
    )
    assert held is not None
    assert (held["version"], held["text"]) == (2, "Three services met.")


async def test_a_likeness_is_found_by_what_the_sketches_share(database: Database) -> None:
    new = Membership(relation=Relation.NEW, sketch=SKETCH)
    stored = await save(database, article(membership=new))

    async def seen(*sketch: int, since: datetime = NOON - timedelta(days=7)) -> SimilarityLookup:
        return await database.read(
            lambda c: look_up_similar(c, "https://x.example", sketch, since=since)
        )

    found = await seen(4, 6, 7)
    assert [(one.article_id, one.shared) for one in found.likely] == [(stored.article_id, 2)]
    assert (found.held, found.watermark) == (False, stored.article_id)
    assert (await seen(4, 7)).likely == ()
    assert (await seen()).likely == ()
    assert (await seen(*SKETCH, since=NOON + timedelta(1))).likely == ()


async def test_a_look_tells_that_the_very_page_is_stored(database: Database) -> None:
    item = article(membership=Membership(relation=Relation.NEW, sketch=SKETCH))
    await save(database, item)
    found = await database.read(lambda c: look_up_similar(c, item.url, SKETCH, since=NOON))
    assert (found.held, found.likely) == (True, ())


async def test_a_decision_that_was_overtaken_is_refused(database: Database) -> None:
    new = Membership(relation=Relation.NEW, sketch=SKETCH)
    one = article("https://wire.example/1", membership=new)
    other = article("https://portal.example/1", membership=new)
    await save(database, one)
    with pytest.raises(OutdatedLookup):
        await save(database, other)
    found = await database.read(lambda c: look_up_similar(c, other.url, SKETCH, since=NOON))
    await save(database, replace(other, membership=replace(new, watermark=found.watermark)))
    assert await count(database, stories) == 2  # whoever looked again may well say: different


async def test_two_halves_of_a_pair_stored_at_one_moment_see_each_other(
    database: Database,
) -> None:
    new = Membership(relation=Relation.NEW, sketch=SKETCH)
    halves = [article(f"https://wire{n}.example/1", membership=new) for n in range(8)]
    outcomes = await asyncio.gather(
        *(save(database, half) for half in halves), return_exceptions=True
    )
    assert sum(isinstance(outcome, OutdatedLookup) for outcome in outcomes) == 7
    assert await count(database, schema.articles) == 1
