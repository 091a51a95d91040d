"""A canary comes back as it was put, whatever the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.model.items import Entry
from crawler.storage.health import canaries
from crawler.storage.health.canaries import Canary
from tests.factories import NOON

if TYPE_CHECKING:
    from crawler.storage.database import Database


async def test_a_canary_comes_back_as_it_was_put(database: Database) -> None:
    canary = Canary(
        source="wire",
        url="https://wire.example/1",
        charset=None,
        entry=Entry(url="https://wire.example/1?a", title="Talks", summary="s", published=NOON),
        html=b"\x00\xff<html>" * 1000,
        expected={"title": "Talks", "authors": ["A"]},
        made_by="wirewatch 1; lxml 6",
        taken_at=NOON,
    )
    assert await database.read(lambda connection: canaries.canary_of(connection, "wire")) is None
    await database.write(lambda c: canaries.put_canary(c, canary))
    assert await database.read(lambda connection: canaries.canary_of(connection, "wire")) == canary
    newer = replace(canary, charset="utf-8", taken_at=NOON + timedelta(days=30))
    await database.write(lambda c: canaries.put_canary(c, newer))
    assert await database.read(lambda connection: canaries.canary_of(connection, "wire")) == newer
    assert await database.read(canaries.capture_times) == {"wire": newer.taken_at}
    await database.write(lambda c: canaries.expect(c, "wire", {"title": "New"}, "lxml 7"))
    assert await database.read(canaries.made_by) == {"wire": "lxml 7"}
    assert await database.read(
        lambda connection: canaries.canary_of(connection, "wire")
    ) == replace(newer, expected={"title": "New"}, made_by="lxml 7")
    await database.write(lambda c: canaries.drop(c, "wire"))
    assert await database.read(canaries.made_by) == {}
