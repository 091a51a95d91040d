"""Reprints gather in one story and other words are linked, in whatever order or all at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.model.dropped_items import Rejected
from crawler.model.items import Relation
from crawler.storage import schema
from crawler.storage.schema import sketches, story_links
from crawler.storage.stories import articles, similar
from crawler.storage.stories.articles import OutdatedLookup
from pipelines.dedup import Dedup
from tests.factories import NOON, article
from tests.pipelines.stories.test_verdict import OWN_WORDS, REPRINT, WIRE

if TYPE_CHECKING:
    from crawler.model.items import Article
    from crawler.storage.database import Database

WINDOW = timedelta(days=7)
ORIGINAL = article(
    "https://wire.example/1",
    title="Nine states agree in Minsk to share data on terrorist money",
    text=WIRE,
)
REPRINTED = article("https://portal.example/1", title="Nine states share data", text=REPRINT)
IN_OTHER_WORDS = article(
    "https://paper.example/1",
    title="Minsk agreement of nine states to cut off terrorist money",
    text=OWN_WORDS,
)


async def gather(database: Database, item: Article) -> Article:
    """Decide and store as the pipelines do: in two transactions, and again where overtaken."""
    dedup = Dedup(database, WINDOW)
    decided = await dedup.process_item(item)

    def work(connection: sa.Connection) -> Article:
        try:
            articles.save_article(connection, decided, now=NOON)
        except OutdatedLookup:
            again = replace(item, membership=dedup.membership(connection, item))
            articles.save_article(connection, again, now=NOON)
            return again
        return decided

    return await database.write(work)


async def stories(database: Database) -> set[frozenset[str]]:
    query = sa.select(schema.articles.c.story_id, schema.articles.c.url)
    found: dict[int, set[str]] = {}
    for story, url in await database.read(lambda c: c.execute(query).all()):
        found.setdefault(story, set()).add(url)
    return {frozenset(urls) for urls in found.values()}


async def links(database: Database) -> int:
    query = sa.select(sa.func.count()).select_from(story_links)
    return await database.read(lambda c: c.scalar(query) or 0)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_order_in_which_articles_come_does_not_change_the_stories(
    database: Database, order: tuple[int, ...]
) -> None:
    items = (ORIGINAL, REPRINTED, IN_OTHER_WORDS)
    for place in order:
        await gather(database, items[place])
    assert await stories(database) == {
        frozenset({ORIGINAL.url, REPRINTED.url}),
        frozenset({IN_OTHER_WORDS.url}),
    }
    assert await links(database) == 1


async def test_crawls_that_store_at_one_moment_end_with_the_same_stories(
    database: Database,
) -> None:
    copies = [
        replace(
            REPRINTED, page=replace(REPRINTED.page, canonical_url=f"https://portal{n}.example/1")
        )
        for n in range(3)
    ]

    await asyncio.gather(*(gather(database, item) for item in (*copies, ORIGINAL, IN_OTHER_WORDS)))
    assert await stories(database) == {
        frozenset({ORIGINAL.url, *(copy.url for copy in copies)}),
        frozenset({IN_OTHER_WORDS.url}),
    }
    assert await links(database) == 1


async def test_the_same_outlets_changed_text_is_a_revision(database: Database) -> None:
    changed = article("https://wire.example/2", title=ORIGINAL.content.title, text=f"{WIRE} More.")
    await gather(database, ORIGINAL)
    decided = await gather(database, changed)
    assert decided.membership is not None
    assert decided.membership.relation is Relation.REVISION
    assert len(await stories(database)) == 1


async def test_texts_published_further_apart_than_the_window_are_two_stories(
    database: Database,
) -> None:
    old = article("https://paper.example/9", text=WIRE, age=timedelta(days=30))
    await gather(database, old)
    await gather(database, ORIGINAL)
    assert len(await stories(database)) == 2


async def test_what_is_older_than_the_window_leaves_the_index_and_stays_in_the_archive(
    database: Database,
) -> None:
    await gather(database, ORIGINAL)
    await gather(database, IN_OTHER_WORDS)

    async def indexed(before: timedelta) -> int:
        await database.write(lambda c: similar.expire_sketches(c, before=NOON + before))
        query = sa.select(sa.func.count(sa.distinct(sketches.c.article_id)))
        return await database.read(lambda c: c.scalar(query) or 0)

    assert await indexed(timedelta(0)) == 2
    assert await indexed(timedelta(seconds=1)) == 0
    assert len(await stories(database)) == 2


async def test_a_phrase_that_everybody_uses_does_not_make_a_look_up_long(
    database: Database,
) -> None:
    await gather(database, ORIGINAL)
    many = 3 * similar._NEWEST_OF_ONE

    def fill(connection: sa.Connection) -> set[tuple[int, int]]:
        for n in range(many):
            stored = articles.save_article(connection, article(f"https://x.example/{n}"), now=NOON)
            similar.add_sketch(connection, stored.article_id, (2,))
        return similar._found(connection, (2,))

    assert len(await database.write(fill)) == similar._NEWEST_OF_ONE


async def test_a_text_that_other_pages_of_the_source_have_word_for_word_is_no_article(
    database: Database,
) -> None:
    notice = "We use cookies to make this site work, and to learn how it is used. " * 3
    for number in range(4):
        await gather(
            database, article(f"https://wire.example/{number}", title=f"News {number}", text=notice)
        )
    with pytest.raises(Rejected, match="repeated-text: 4 other pages of"):
        await gather(database, article("https://wire.example/9", title="News 9", text=notice))
    elsewhere = article("https://paper.example/9", title="News 9", text=notice)
    elsewhere = replace(elsewhere, page=replace(elsewhere.page, source="another"))
    assert (await gather(database, elsewhere)).membership is not None
