"""Canary check: after an upgrade a good page of each source must give what it gave before.

A page that does not is a condition of its source, until it does again or the new is accepted.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler import ports
from crawler.health.canaries.fingerprint import differences, fingerprint
from crawler.health.conditions.lifecycle import ConditionLifecycle
from crawler.model.conditions import Condition, ConditionKind
from crawler.model.dropped_items import Rejected
from crawler.model.items import Page
from crawler.model.urls import canonical_url
from crawler.storage.health import canaries, condition_log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.model.items import Hints
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection
    from crawler.storage.health.canaries import Canary

logger = logging.getLogger(__name__)

CHORE = "canaries"
EVERY = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryResult:
    """What a page gives now (None: no article any more), and how that differs; "": not at all."""

    source: str
    url: str
    found: Mapping[str, Any] | None
    changes: str


def made_by(services: Services, hints: Hints) -> str:
    """The versions of all that makes an article of a page of this source."""
    declaration = hashlib.sha256(repr(hints).encode()).hexdigest()[:8]
    return f"{services.once(_versions)}; declaration {declaration}"


class CanaryCheck:
    """Periodic check of the canaries of these sources."""

    def __init__(self, services: Services, sources: Sequence[Source]) -> None:
        self._services = services
        self._sources = sources
        self._database = services.database
        self._lifecycle = services.once(ConditionLifecycle)
        self._is_done = False

    async def do(self, now: datetime) -> None:
        """Once in this process: what code and declarations are does not change while it runs."""
        if self._is_done:
            return
        known = await self._database.read(canaries.made_by)
        for source in self._sources:
            name = source.name
            if name in known and known[name] != made_by(self._services, source.hints):
                checked = await self.check(source)
                if checked is not None:
                    await self.settle(source, checked, now)
        self._is_done = True

    async def check(self, source: Source) -> CanaryResult | None:
        """Read the page of this source again; None where there is none yet."""
        canary = await self._database.read(
            lambda connection: canaries.canary_of(connection, source.name)
        )
        if canary is None:
            return None
        try:
            content = await ports.extract_again(self._services, _page(canary), source.hints)
        except Rejected as refusal:
            changes = f"no article any more: {refusal}"
            return CanaryResult(source=source.name, url=canary.url, found=None, changes=changes)
        found = fingerprint(content)
        changes = "; ".join(differences(canary.expected, found))
        return CanaryResult(source=source.name, url=canary.url, found=found, changes=changes)

    async def settle(self, source: Source, checked: CanaryResult, now: datetime) -> None:
        """The same: that is over. Different: a condition, and the operators are told once."""
        self._lifecycle.titles[source.name] = source.title
        if checked.changes:
            await self._database.write(lambda c: self._raise(c, checked, now))
        else:
            await self.accept(source, checked, now)

    async def accept(self, source: Source, checked: CanaryResult, now: datetime) -> None:
        """What it came to is right. A page that is no article makes way for the next good one."""
        maker = made_by(self._services, source.hints)

        def work(connection: Connection) -> None:
            if checked.found is None:
                canaries.drop(connection, source.name)
            else:
                canaries.expect(connection, source.name, checked.found, maker)
            if (condition := self._of(connection, source.name)) is not None:
                self._lifecycle.cleared(connection, condition, now=now)

        await self._database.write(work)

    def _of(self, connection: Connection, source: str) -> Condition | None:
        found = condition_log.open_conditions(connection, source)
        return next(
            (condition for condition in found if condition.kind is ConditionKind.CANARY), None
        )

    def _raise(self, connection: Connection, checked: CanaryResult, now: datetime) -> None:
        detail = f"{checked.url}: {checked.changes}"
        if (known := self._of(connection, checked.source)) is None:
            self._lifecycle.raised(
                connection, checked.source, ConditionKind.CANARY, detail, now=now
            )
        else:
            self._lifecycle.updated(connection, known, detail, now=now)


def _versions(_: Services) -> str:
    return ports.extraction_version()


def _page(canary: Canary) -> Page:
    """As it was when it was fetched."""
    return Page(
        source=canary.source,
        entry=canary.entry,
        canonical_url=canonical_url(canary.url),
        url=canary.url,
        html=canary.html,
        charset=canary.charset,
        fetched_at=canary.taken_at,
        first_seen=canary.taken_at,
        baseline=True,
    )
