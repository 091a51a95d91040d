"""An article is stored once, with its story, whoever else is storing at that moment."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.storage.archive import Archive, Outdated
from crawler.storage.schema import articles, revisions, stories
from crawler.types import Membership, Relation
from tests.factories import NOON, article

if TYPE_CHECKING:
    from crawler.storage.archive import Stored
    from crawler.storage.database import Database
    from crawler.types import Article

SKETCH = (2, 4, 6, 8)


async def save(database: Database, item: Article) -> Stored:
    return await database.write(lambda c: Archive(database).save(c, item, now=NOON))


async def count(database: Database, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return await database.read(lambda c: c.scalar(query) or 0)


async def test_the_same_page_twice_is_one_article(database: Database) -> None:
    one = await save(database, article(flagged=True))
    again = await save(database, article(flagged=True))
    assert (one.article_id, one.story_id) == (again.article_id, again.story_id)
    assert (one.changed, again.changed) == (True, False)
    assert (one.first_hit, again.first_hit) == (True, False)
    assert await count(database, articles) == 1


async def test_a_changed_page_keeps_what_it_said_before(database: Database) -> None:
    await save(database, article(text="Two services met."))
    revised = await save(database, article(text="Three services met.", flagged=True))
    assert (revised.changed, revised.first_hit) == (True, True)
    rows = await database.read(lambda c: c.execute(sa.select(revisions)).mappings().all())
    assert [(row["version"], row["text"]) for row in rows] == [(1, "Two services met.")]
    held = await Archive(database).find("https://wire.example/news/1")
    assert held is not None
    assert (held["version"], held["text"]) == (2, "Three services met.")


async def test_a_likeness_is_found_by_what_the_sketches_share(database: Database) -> None:
    archive = Archive(database)
    new = Membership(relation=Relation.NEW, sketch=SKETCH)
    stored = await save(database, article(membership=new))
    since = NOON - timedelta(days=7)
    found, watermark = await archive.likenesses((4, 6, 7), since=since, besides="")
    assert [(one.article_id, one.shared) for one in found] == [(stored.article_id, 2)]
    assert watermark == stored.article_id
    assert (await archive.likenesses((4, 7), since=since, besides=""))[0] == []
    assert (await archive.likenesses(SKETCH, since=NOON + timedelta(1), besides=""))[0] == []


async def test_a_decision_that_was_overtaken_is_refused(database: Database) -> None:
    new = Membership(relation=Relation.NEW, sketch=SKETCH)
    one = article("https://wire.example/1", membership=new)
    other = article("https://portal.example/1", membership=new)
    await save(database, one)
    with pytest.raises(Outdated):
        await save(database, other)
    _, watermark = await Archive(database).likenesses(SKETCH, since=NOON, besides="")
    await save(database, replace(other, membership=replace(new, watermark=watermark)))
    assert await count(database, stories) == 2  # whoever looked again may well say: different


async def test_two_halves_of_a_pair_stored_at_one_moment_see_each_other(
    database: Database,
) -> None:
    new = Membership(relation=Relation.NEW, sketch=SKETCH)
    halves = [article(f"https://wire{n}.example/1", membership=new) for n in range(8)]
    outcomes = await asyncio.gather(
        *(save(database, half) for half in halves), return_exceptions=True
    )
    assert sum(isinstance(outcome, Outdated) for outcome in outcomes) == 7
    assert await count(database, articles) == 1
