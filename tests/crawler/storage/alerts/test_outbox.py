"""The outbox keeps its promises on both databases."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.model.clock import utc_now
from crawler.storage.alerts import outbox, outbox_report
from crawler.storage.database import Database
from crawler.storage.schema import outbox as table
from tests.factories import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.storage.alerts.outbox import Claimed

    Put = Callable[..., list[int]]

LEASE = timedelta(seconds=60)


async def take(
    database: Database, *, now: datetime, owner: str = "me", limit: int = 10, channel: str = "desk"
) -> list[Claimed]:
    return await database.write(
        lambda connection: outbox.claim(
            connection, owner=owner, now=now, lease=LEASE, limit=limit, channels=(channel,)
        )
    )


@pytest.fixture
def later() -> datetime:
    return utc_now() + timedelta(seconds=1)


async def test_one_that_was_taken_for_dead_writes_nothing_of_a_row_that_is_anothers(
    database: Database, put: Callable[..., list[int]]
) -> None:
    put()
    later = utc_now()
    (row,) = await take(database, now=later, owner="late")
    (same,) = await take(database, now=later + LEASE, owner="next")
    assert same.id == row.id
    query = sa.select(table.c.state, table.c.lease_owner)
    for write in (
        partial(outbox.set_sent, row_id=row.id, reference="late", now=later),
        partial(outbox.set_dead, row_id=row.id, error="late"),
        partial(outbox.try_again, row_id=row.id, error="", not_before=later, unknown=False),
    ):
        await database.write(partial(write, owner="late"))
        assert tuple(database.read_now(lambda c: c.execute(query).one())) == ("sending", "next")
    await database.write(
        partial(outbox.set_sent, row_id=row.id, reference="ref", now=later, owner="next")
    )
    assert database.read_now(lambda c: c.execute(query).one()).state == "sent"


async def test_who_starts_takes_over_from_the_dead_and_not_from_the_living(
    database: Database, put: Callable[..., list[int]]
) -> None:
    put(channels=("desk", "file"))
    later = utc_now()
    database.write_now(partial(register, owner="alive"))
    await take(database, now=later, owner="alive", channel="desk")
    await take(database, now=later, owner="killed", channel="file")
    await database.write(partial(outbox.reclaim, now=later))
    assert await take(database, now=later, owner="new", channel="desk") == []
    (row,) = await take(database, now=later, owner="new", channel="file")
    assert row.outcome_unknown


async def test_what_is_to_be_said_twice_is_kept_once(
    database: Database, put: Put, later: datetime
) -> None:
    (story,) = put()

    def again(connection: sa.Connection) -> bool:
        return outbox.enqueue(
            connection, story_id=story, channel="desk", kind="story", payload={}, now=later
        )

    assert database.write_now(again) is False
    assert len(await database.read(outbox_report.listed)) == 1


async def test_a_digest_is_of_no_story_and_is_kept_once_too(
    database: Database, put: Put, later: datetime
) -> None:
    put()

    def digest(connection: sa.Connection, channel: str = "desk") -> bool:
        return outbox.enqueue(
            connection, story_id=None, channel=channel, kind="digest-7", payload={}, now=later
        )

    assert database.write_now(digest) is True
    assert database.write_now(digest) is False
    assert database.write_now(lambda c: digest(c, "other")) is True
    assert len(await database.read(outbox_report.listed)) == 3


async def test_a_rolled_back_article_leaves_no_alert(
    database: Database, put: Put, now: datetime
) -> None:
    (story,) = put()

    def fails(connection: sa.Connection) -> None:
        outbox.enqueue(
            connection, story_id=story, channel="other", kind="story", payload={}, now=now
        )
        raise RuntimeError("the article could not be written")

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert [row.channel for row in await database.read(outbox_report.listed)] == ["desk"]


async def test_rows_are_claimed_oldest_first(database: Database, put: Put, later: datetime) -> None:
    ids = put(3)
    claimed = await take(database, now=later)
    assert [row.story_id for row in claimed] == ids
    assert all(row.tries == 1 and not row.outcome_unknown for row in claimed)


async def test_a_claimed_row_is_nobody_elses(database: Database, put: Put, later: datetime) -> None:
    put(2)
    assert len(await take(database, now=later, limit=1)) == 1
    # Nor is the one behind it: it must not arrive first.
    assert await take(database, now=later, owner="you") == []


async def test_two_claimants_at_once_never_hold_the_same_row(
    database: Database, put: Put, later: datetime
) -> None:
    put(12)
    second = Database(database.url.render_as_string(hide_password=False))
    try:
        batches = await asyncio.gather(
            *(
                take(one, now=later, owner=f"owner {number}", limit=3)
                for number in range(4)
                for one in (database, second)
            )
        )
    finally:
        second.close()
    held = [row.id for batch in batches for row in batch]
    assert len(held) == len(set(held))
    assert 3 <= len(held) <= 12


async def test_a_row_whose_lease_ran_out_may_have_been_delivered(
    database: Database, put: Put, later: datetime
) -> None:
    put()
    await take(database, now=later)
    assert await take(database, now=later + LEASE / 2, owner="you") == []
    (row,) = await take(database, now=later + LEASE, owner="you")
    assert row.outcome_unknown
    assert row.tries == 2


async def test_a_sent_row_is_settled(database: Database, put: Put, later: datetime) -> None:
    put()
    (row,) = await take(database, now=later)
    await database.write(lambda connection: outbox.set_sent(connection, row.id, "1700.01", later))
    assert await take(database, now=later + LEASE * 2) == []
    (kept,) = await database.read(outbox_report.listed)
    assert (kept.state, kept.reference, kept.sent_at) == ("sent", "1700.01", later)


async def test_a_row_that_waits_holds_back_the_later_ones_of_its_channel_only(
    database: Database, put: Put, later: datetime
) -> None:
    first, second = put(2, channels=("desk", "file"))
    (row,) = await take(database, now=later, limit=1)
    retry_at = later + timedelta(seconds=30)
    await database.write(
        lambda connection: outbox.try_again(
            connection, row.id, error="busy", not_before=retry_at, unknown=False
        )
    )
    assert await take(database, now=later) == []
    assert len(await take(database, now=later, channel="file")) == 2
    claimed = await take(database, now=retry_at)
    assert [one.story_id for one in claimed] == [first, second]
    assert not claimed[0].outcome_unknown


async def test_doubt_is_kept_in_the_row(database: Database, put: Put, later: datetime) -> None:
    put()
    (row,) = await take(database, now=later)
    retry_at = later + timedelta(seconds=2)
    await database.write(
        lambda connection: outbox.try_again(
            connection, row.id, error="cut", not_before=retry_at, unknown=True
        )
    )
    assert await take(database, now=later) == []
    (row,) = await take(database, now=retry_at)
    assert row.outcome_unknown


async def test_what_an_owner_hands_back_is_due_at_once_and_in_doubt(
    database: Database, put: Put, later: datetime
) -> None:
    put(channels=("desk", "file"))
    await take(database, now=later)
    await take(database, now=later, owner="you", channel="file")
    await database.write(lambda connection: outbox.hand_back(connection, "me", later))
    (row,) = await take(database, now=later, owner="next")
    assert row.outcome_unknown
    assert await take(database, now=later, owner="next", channel="file") == []


async def test_whoever_knows_that_nobody_else_delivers_takes_over_every_lease(
    database: Database, put: Put, later: datetime
) -> None:
    put()
    await take(database, now=later, owner="gone")
    await database.write(lambda connection: outbox.reclaim(connection, later))
    (row,) = await take(database, now=later)
    assert row.outcome_unknown


async def test_taking_over_does_not_cut_a_wait_short(
    database: Database, put: Put, later: datetime
) -> None:
    put()
    (row,) = await take(database, now=later)
    await database.write(
        lambda connection: outbox.try_again(
            connection, row.id, error="cut", not_before=later + LEASE, unknown=True
        )
    )
    await database.write(lambda connection: outbox.reclaim(connection, later))
    assert await take(database, now=later) == []


async def test_a_dead_row_is_listed_and_can_be_revived(
    database: Database, put: Put, later: datetime
) -> None:
    put()
    (row,) = await take(database, now=later)
    await database.write(
        lambda connection: outbox.set_dead(connection, row.id, "the channel is archived")
    )
    assert await take(database, now=later + LEASE * 2) == []
    (listed,) = await database.read(
        lambda connection: outbox_report.listed(connection, states=("dead",))
    )
    assert listed.error == "the channel is archived"
    assert await database.write(lambda connection: outbox.revive(connection, later)) == [row.id]
    (again,) = await take(database, now=later)
    assert not again.outcome_unknown


async def test_a_muted_row_is_revived_by_its_number_only(
    database: Database, put: Put, later: datetime
) -> None:
    (story,) = put()
    muted = sa.update(table).where(table.c.story_id == story).values(state="muted")
    database.write_now(lambda c: c.execute(muted))
    assert await database.write(lambda connection: outbox.revive(connection, later)) == []
    (row,) = await database.read(outbox_report.listed)
    assert await database.write(lambda connection: outbox.revive(connection, later, [row.id])) == [
        row.id
    ]


async def test_a_row_that_died_in_doubt_is_revived_in_doubt(
    database: Database, put: Put, later: datetime
) -> None:
    put()
    (row,) = await take(database, now=later)
    await database.write(
        lambda connection: outbox.set_dead(connection, row.id, "given up", unknown=True)
    )
    await database.write(lambda connection: outbox.revive(connection, later, [row.id]))
    (again,) = await take(database, now=later)
    assert again.outcome_unknown


async def test_reviving_leaves_the_others_dead(
    database: Database, put: Put, later: datetime
) -> None:
    put(2)
    for row in await take(database, now=later):
        await database.write(partial(outbox.set_dead, row_id=row.id, error="no"))
    chosen = (
        await database.read(lambda connection: outbox_report.listed(connection, states=("dead",)))
    )[0].id
    assert await database.write(
        lambda connection: outbox.revive(connection, later, [chosen, 999])
    ) == [chosen]


async def test_a_late_failure_does_not_undo_a_delivery(
    database: Database, put: Put, later: datetime
) -> None:
    put()
    (row,) = await take(database, now=later)
    await database.write(lambda connection: outbox.set_sent(connection, row.id, "ref", later))
    await database.write(
        lambda connection: outbox.try_again(
            connection, row.id, error="late", not_before=later, unknown=True
        )
    )
    await database.write(lambda connection: outbox.set_dead(connection, row.id, "late"))
    assert (await database.read(outbox_report.by_state))["desk"]["sent"] == 1


async def test_the_standing_counts_every_state_of_every_channel(
    database: Database, put: Put, later: datetime
) -> None:
    put(3, channels=("desk", "file"))
    first, second, _ = await take(database, now=later)
    await database.write(lambda connection: outbox.set_sent(connection, first.id, "ref", later))
    await database.write(lambda connection: outbox.set_dead(connection, second.id, "no"))
    standing = await database.read(outbox_report.by_state)
    oldest = database.read_now(lambda c: c.scalar(sa.select(sa.func.max(table.c.created_at))))
    kept_back = {"held": 0, "digested": 0, "muted": 0}
    counts = {"pending": 0, "sending": 1, "sent": 1, "dead": 1, **kept_back}
    assert standing["desk"] == {**counts, "oldest": oldest}
    assert standing["file"]["pending"] == 3
