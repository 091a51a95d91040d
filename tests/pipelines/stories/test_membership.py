"""The item pipeline and `wirewatch dedup --jsonl` put the same articles into the same stories."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.database import Database
from crawler.storage.maintenance.migrate import migrate
from crawler.storage.schema import articles, story_links
from crawler.storage.stories import articles as archive
from pipelines.cli.dedup_stream import DedupStream
from pipelines.dedup import Dedup
from tests.factories import NOON, article
from tests.pipelines.stories.test_verdict import OWN_WORDS, REPRINT, WIRE

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.model.items import Article

WINDOW = timedelta(days=7)
TITLE = "Nine states agree in Minsk to share data on terrorist money"
ARTICLES = [
    article("https://wire.example/1", title=TITLE, text=WIRE),
    article("https://portal.example/1", title="Nine states share data", text=REPRINT),
    article("https://paper.example/1", title=TITLE.replace("agree", "meet"), text=OWN_WORDS),
    article("https://wire.example/2", title=TITLE, text=f"{WIRE} More was said later."),
    article("https://wire.example/1", title=TITLE, text=WIRE.replace("nine", "ten")),
    article("https://portal.example/1", title="Nine states share data", text=REPRINT),
    article("https://far.example/1", title=TITLE, text=WIRE, age=timedelta(days=30)),
]


async def by_the_pipeline(database: Database) -> None:
    dedup = Dedup(database, WINDOW)
    for item in ARTICLES:
        decided = await dedup.process_item(item)
        await database.write(partial(archive.save_article, article=decided, now=NOON))


def by_the_stream(database: Database) -> list[str]:
    stream = DedupStream(database, WINDOW, now=NOON)
    return [stream.answer(line(n, item))["relation"] for n, item in enumerate(ARTICLES, 1)]


def line(number: int, item: Article) -> str:
    published = item.content.published
    return json.dumps(
        {
            "id": number,
            "title": item.content.title,
            "text": item.content.text,
            "url": item.url,
            "source": item.page.source,
            "published_at": published.at.isoformat() if published else None,
        }
    )


def stored(database: Database) -> list[tuple[object, ...]]:
    """Every decision as it was kept: of each article, and of each link between stories."""
    columns = articles.c
    kept = sa.select(
        columns.url, columns.story_id, columns.relation, columns.of_id, columns.evidence
    )
    links = sa.select(story_links)
    return database.read_now(
        lambda c: [
            tuple(row)
            for query in (kept.order_by(columns.id), links.order_by(*links.selected_columns))
            for row in c.execute(query)
        ]
    )


async def test_the_pipeline_and_the_stream_decide_alike(tmp_path: Path) -> None:
    one, other = (Database(f"sqlite:///{tmp_path / name}") for name in ("one.db", "other.db"))
    with closing(one), closing(other):
        migrate(one)
        migrate(other)
        await by_the_pipeline(one)
        relations = by_the_stream(other)
        assert stored(one) == stored(other)
    assert {"new", "reprint", "related", "revision", "same-page"} <= set(relations)
