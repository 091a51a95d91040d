"""A condition is told once, updated rarely, and its end is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from crawler.config.config import Config
from crawler.health.conditions.lifecycle import ConditionLifecycle
from crawler.model.conditions import INSTALLATION, Condition, ConditionKind
from crawler.runtime.services import Services
from crawler.storage.schema import conditions, outbox

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUR = timedelta(hours=1)


@pytest.fixture
def services(store_url: str) -> Iterator[Services]:
    config = Config(
        store={"url": store_url},
        channel=[{"name": "ops", "kind": "terminal"}],
        ops={"channels": ["ops"]},
    )
    made = Services(config)
    yield made
    made.close()


@pytest.fixture
def telling(services: Services) -> ConditionLifecycle:
    made = services.once(ConditionLifecycle)
    made.titles["tass"] = "TASS"
    return made


def _raise(services: Services, telling: ConditionLifecycle, now: datetime) -> Condition | None:
    return services.database.write_now(
        lambda c: telling.raised(c, "tass", ConditionKind.UNREACHABLE, "no answer", now=now)
    )


def _update(
    services: Services, telling: ConditionLifecycle, one: Condition, said: str, at: datetime
) -> bool:
    return services.database.write_now(lambda c: telling.updated(c, one, said, now=at))


def _clear(services: Services, telling: ConditionLifecycle, one: Condition, now: datetime) -> bool:
    return services.database.write_now(lambda c: telling.cleared(c, one, now=now))


def _told(services: Services) -> list[tuple[str, str]]:
    query = sa.select(outbox.c.payload).order_by(outbox.c.id)
    rows = services.database.read_now(lambda c: c.execute(query).scalars().all())
    return [(row["title"], row["lead"]) for row in rows]


def test_it_is_told_once_with_what_to_do(
    services: Services, telling: ConditionLifecycle, now: datetime
) -> None:
    assert _raise(services, telling, now) is not None
    assert _raise(services, telling, now + HOUR) is None
    ((title, text),) = _told(services)
    assert title == "TASS: unreachable"
    assert text == (
        "no answer.\nSince 23 November, 12:00 UTC.\nIt is asked again by itself; "
        "`wirewatch sources probe tass` tries it."
    )


def test_what_changes_is_kept_at_most_once_an_hour(
    services: Services, telling: ConditionLifecycle, now: datetime
) -> None:
    raised = _raise(services, telling, now)
    assert raised is not None
    assert not _update(services, telling, raised, "no name", now + HOUR / 12)
    assert not _update(services, telling, raised, "no answer", now + HOUR)
    assert _update(services, telling, raised, "no name", now + HOUR)
    details = services.database.read_now(lambda c: c.scalars(sa.select(conditions.c.detail)).all())
    assert details == ["no name"]


def test_its_end_is_told_and_so_is_that_it_came_back(
    services: Services, telling: ConditionLifecycle, now: datetime
) -> None:
    raised = _raise(services, telling, now)
    assert raised is not None
    assert _clear(services, telling, raised, now + 3 * HOUR)
    assert not _clear(services, telling, raised, now + 3 * HOUR)
    title, text = _told(services)[-1]
    assert title == "TASS: unreachable, over after 3 h"
    assert text.startswith("Over after 3 h.")
    again = _raise(services, telling, now + 3.5 * HOUR)
    assert again is not None
    assert (again.id, again.times) == (raised.id, 2)
    assert _told(services)[-1][1].startswith("Again: no answer.")


def test_what_ails_the_installation_is_told_in_its_own_name(
    services: Services, telling: ConditionLifecycle, now: datetime
) -> None:
    services.database.write_now(
        lambda c: telling.raised(c, INSTALLATION, ConditionKind.OFFLINE, "nothing answers", now=now)
    )
    assert _told(services)[0][0] == "Nothing can be reached"
