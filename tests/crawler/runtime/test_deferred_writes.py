"""What is owed to the store is written once, in its order, whoever settles it and how often."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.runtime.deferred_writes import DeferredWrites
from crawler.storage.database import SQLAlchemyError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from crawler.storage.database import Database


async def test_many_who_settle_at_a_time_write_what_is_owed_once(database: Database) -> None:
    unwritten, written = DeferredWrites(database), []

    def write(number: int, _: Connection) -> None:
        written.append(number)

    for number in range(3):
        unwritten.owe(partial(write, number))
    ends = [unwritten.write(partial(write, number)) for number in range(3, 20)]
    await asyncio.gather(*(unwritten.settle() for _ in range(5)), *ends)
    assert written == list(range(20))


async def test_what_the_store_could_not_take_comes_before_what_follows(database: Database) -> None:
    unwritten, written = DeferredWrites(database), []
    full = True

    def first(connection: Connection) -> None:
        if full:
            connection.execute(sa.text("SELECT * FROM nowhere"))
        written.append("first")

    await unwritten.write(first)
    with pytest.raises(SQLAlchemyError):
        await unwritten.settle()
    full = False
    await unwritten.write(lambda _: written.append("second"))
    assert written == ["first", "second"]
