"""WebSub subscriptions: the feeds that hubs push, what was asked of each hub, until when.

A subscription is `wanted` until its hub was asked, `asked` until the hub asked back, then `active`
until its lease ends; `leaving` when we do not want it any more, `denied` when the hub does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.storage.schema import documents, subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection


_table = subscriptions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOffer:
    """A feed, and the hub that brings it."""

    source: str
    document: str
    hub: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One row. `tries` counts the questions that the hub has not answered yet."""

    token: str = field(repr=False)
    document: str
    source: str
    topic: str
    hub: str
    secret: str = field(repr=False)
    state: str
    due: datetime
    lease_until: datetime | None
    tries: int
    error: str
    delivered: int
    refused: int
    delivered_at: datetime | None


def offers(
    connection: Connection, sources: Iterable[str], declared: Iterable[str]
) -> list[HubOffer]:
    """The feeds of these sources that name a hub: those that are declared or were found."""
    query = (
        sa.select(documents)
        .where(
            documents.c.source.in_(list(sources)),
            documents.c.hub != "",
            documents.c.topic != "",
            sa.or_(documents.c.url.in_(list(declared)), documents.c.found_on != ""),
        )
        .order_by(documents.c.url)
    )
    rows = connection.execute(query).mappings().all()
    return [
        HubOffer(source=row["source"], document=row["url"], hub=row["hub"], topic=row["topic"])
        for row in rows
    ]


def reconcile(
    connection: Connection, offers: Iterable[HubOffer], *, mint: Callable[[], str], now: datetime
) -> None:
    """Want exactly these: begin with those that are new, leave those that are gone."""
    wanted = {offer.document: offer for offer in offers}

    held = {row["document"]: row for row in connection.execute(_everything).mappings().all()}
    for document, row in held.items():
        offer = wanted.get(document)
        if offer is None:
            _leave(connection, row, now)
        elif (row["hub"], row["topic"]) != (offer.hub, offer.topic):
            # At the hub of before, the lease runs out: nobody answers at its address.
            forget(connection, row["token"])
            connection.execute(_begin(offer, mint, now))
        elif row["state"] == "leaving":
            update_subscription(connection, row["token"], state="wanted", due=now, tries=0)
    for document, offer in wanted.items():
        if document not in held:
            connection.execute(_begin(offer, mint, now))


def due_subscriptions(connection: Connection, now: datetime) -> list[Subscription]:
    """Those whose hub is to be asked now."""
    query = sa.select(subscriptions).where(_table.due <= now).order_by(_table.due)
    rows = connection.execute(query).mappings().all()
    return [_subscription(row) for row in rows]


def get_subscription(connection: Connection, token: str) -> Subscription | None:
    """The subscription with this token."""
    query = sa.select(subscriptions).where(_table.token == token)
    row = connection.execute(query).mappings().first()
    return None if row is None else _subscription(row)


def list_subscriptions(connection: Connection) -> list[Subscription]:
    """Every subscription."""
    rows = connection.execute(_everything).mappings().all()
    return [_subscription(row) for row in rows]


def active_documents(connection: Connection, now: datetime) -> set[str]:
    """The documents that a hub brings now."""
    query = sa.select(_table.document).where(_table.state == "active", _table.lease_until > now)
    return set(connection.scalars(query).all())


def count_call(
    connection: Connection, token: str, *, refused: int = 0, delivered_at: datetime | None
) -> None:
    """A hub called: with something that it signed, or somebody else did."""
    values: dict[str, object] = {"refused": _table.refused + refused}
    if not refused:
        values = {"delivered": _table.delivered + 1, "delivered_at": delivered_at}
    update_subscription(connection, token, **values)


_everything = sa.select(subscriptions).order_by(_table.source, _table.document)


def _begin(offer: HubOffer, mint: Callable[[], str], now: datetime) -> sa.Insert:
    return sa.insert(subscriptions).values(
        token=mint(),
        secret=mint(),
        source=offer.source,
        document=offer.document,
        hub=offer.hub,
        topic=offer.topic,
        state="wanted",
        due=now,
    )


def _leave(connection: Connection, row: sa.RowMapping, now: datetime) -> None:
    if row["state"] in {"asked", "active"}:
        update_subscription(connection, row["token"], state="leaving", due=now, tries=0)
    elif row["state"] in {"wanted", "denied"}:
        forget(connection, row["token"])


def update_subscription(connection: Connection, token: str, **values: object) -> None:
    """Write down what has become of it."""
    connection.execute(sa.update(subscriptions).where(_table.token == token).values(**values))


def forget(connection: Connection, token: str) -> None:
    """Remove a subscription."""
    connection.execute(sa.delete(subscriptions).where(_table.token == token))


def _subscription(row: sa.RowMapping) -> Subscription:
    return Subscription(**{name: row[name] for name in Subscription.__dataclass_fields__})
