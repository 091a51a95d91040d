"""Health evaluator: judges each source after its polls, and the installation each minute."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.health.baseline.norm_cache import NormCache, norm_before
from crawler.health.conditions import offline
from crawler.health.conditions.condition_rules import (
    ConditionChanges,
    SourceEvidence,
    changes,
    findings,
    silence_detail,
)
from crawler.health.conditions.document_failures import CONNECTION, DocumentHealth
from crawler.health.conditions.lifecycle import RARELY, ConditionLifecycle, is_update_due
from crawler.health.source_summary import PATIENCE
from crawler.model.clock import utc_now
from crawler.model.conditions import INSTALLATION, ConditionKind
from crawler.storage.crawl import documents
from crawler.storage.crawl.pages import count_pending
from crawler.storage.database import SQLAlchemyError
from crawler.storage.health import condition_log, observations
from crawler.storage.health.source_stats import polls_since

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.health.baseline.norm_cache import SourceNorms
    from crawler.model.conditions import Condition
    from crawler.runtime.services import Services
    from crawler.storage.database import Connection, RowMapping

logger = logging.getLogger(__name__)
_STALE = timedelta(hours=2)  # a document that the source names no more is not asked for so long
#: What a poll counts where it was not like most others.
_EVENTS = ("failed", "documents on hold", "extracted", "rejected", "impossible dates")
_NO_COUNTS: Mapping[str, int] = {}


class HealthEvaluator:
    """Evaluates health and tells what changed; one for a process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database
        self._metrics = services.metrics
        self._norms = services.once(NormCache)
        self._lifecycle = services.once(ConditionLifecycle)
        self._ailing: dict[str, bool] = {}  # what the store said last
        self.clock: Callable[[], datetime] = utc_now

    async def after(self, source: Source, counts: Mapping[str, int] = _NO_COUNTS) -> None:
        """A poll of this source has ended, which counted this. What fails here fails no poll."""
        try:
            await self._judge(source, counts)
        except SQLAlchemyError as error:
            logger.warning("source could not be judged source=%s", source.name, exc_info=error)
        except Exception:  # a defect of ours: say so, and go on polling
            logger.exception("source could not be judged source=%s", source.name)

    async def _judge(self, source: Source, counts: Mapping[str, int]) -> None:
        now, name = self.clock(), source.name
        self._lifecycle.titles[name] = source.title
        known = await self._norms.norms_of(name, now)
        if self._is_uneventful(source, known, counts, now):
            return

        def look(connection: Connection) -> tuple[list[Condition], SourceEvidence]:
            standing = self._open(connection, name)
            return standing, self._evidence(connection, source, known, standing, counts, now)

        standing, seen = await self._database.read(look)
        known.was_judged = True
        self._keep(name, {condition.kind for condition in standing if condition.source == name})
        changed = changes(findings(seen, now=now), standing, seen)
        changed = replace(
            changed, updated=[update for update in changed.updated if is_update_due(*update, now)]
        )
        if changed:
            await self._write(name, changed, now)

    def _is_uneventful(
        self, source: Source, known: SourceNorms, counts: Mapping[str, int], now: datetime
    ) -> bool:
        """A poll like most others changes nothing, and costs nothing here. Once an hour we look."""
        return (
            known.was_judged
            and not self._ailing.get(source.name)
            and not any(what.startswith(_EVENTS) for what in counts)
            and not silence_detail(known, PATIENCE[source.kind], now=now)
        )

    def _open(self, connection: Connection, source: str) -> list[Condition]:
        """Those of the source, and those of the installation."""
        wanted = {source, INSTALLATION}
        return [
            condition
            for condition in condition_log.open_conditions(connection)
            if condition.source in wanted
        ]

    def _evidence(
        self,
        connection: Connection,
        source: Source,
        known: SourceNorms,
        standing: Collection[Condition],
        counts: Mapping[str, int],
        now: datetime,
    ) -> SourceEvidence:
        kinds = {one.kind: one.raised_at for one in standing if one.source == source.name}
        rows = documents.documents_of(connection, source.name)
        return SourceEvidence(
            known=known,
            documents=_seen(rows, source, now),
            recent=observations.recent(connection, source.name),
            silent_after=PATIENCE[source.kind],
            frozen_after=source.silent_after(self._services.config.crawl.frozen_after),
            before_drift=(
                norm_before(connection, source.name, kinds[ConditionKind.DRIFT])
                if ConditionKind.DRIFT in kinds
                else None
            ),
            pending=count_pending(connection, source.name) if ConditionKind.FLOOD in kinds else 0,
            entries=counts.get("entries", 0),
            impossible=counts.get("impossible dates", 0),
        )

    async def _write(self, source: str, changed: ConditionChanges, now: datetime) -> None:
        def work(connection: Connection) -> set[ConditionKind]:
            for condition in changed.cleared:
                self._lifecycle.cleared(connection, condition, now=now)
            for condition, detail in changed.updated:
                self._lifecycle.updated(connection, condition, detail, now=now)
            for kind, detail in changed.raised.items():
                self._lifecycle.raised(connection, source, kind, detail, now=now)
            for condition in changed.cleared:
                if condition.kind is ConditionKind.OFFLINE:
                    # What failed meanwhile says nothing of the sources: ask, and judge them afresh.
                    since = condition.raised_at - offline.WINDOW
                    documents.forget_failures(connection, CONNECTION, since=since)
            return {
                condition.kind for condition in condition_log.open_conditions(connection, source)
            }

        self._keep(source, await self._database.write(work))
        self._services.alerts_queued()

    def _keep(self, source: str, open_now: Collection[ConditionKind]) -> None:
        """This is what ails the source, as the store says."""
        self._ailing[source] = bool(open_now)
        self._metrics.ails(source, open_now)

    # -- what has no poll to hang on -----------------------------------------------------------

    async def look_around(self, sources: Sequence[Source], now: datetime) -> None:
        """Is anything to be reached at all; and what is still open of sources that nobody polls?"""
        polls, standing = await self._database.read(
            lambda connection: (
                polls_since(connection, now - offline.WINDOW),
                condition_log.open_conditions(connection),
            )
        )
        watched = {source.name: source.title for source in sources}
        self._lifecycle.titles.update(watched)
        ailing = _by_source(standing)
        for source in {*self._ailing, *ailing}:
            self._keep(source, ailing.get(source, ()))
        mine = [condition for condition in standing if condition.kind is ConditionKind.OFFLINE]
        detail = offline.judge_offline(polls, since=mine[0].raised_at if mine else None)
        if detail and not mine:
            await self._write(
                INSTALLATION, ConditionChanges(raised={ConditionKind.OFFLINE: detail}), now
            )
        elif mine and detail is None:
            await self._write(INSTALLATION, ConditionChanges(cleared=mine), now)
        left = [
            condition
            for condition in standing
            if condition.source not in {*watched, INSTALLATION}
            and now - condition.updated_at >= RARELY
        ]
        for condition in left:
            logger.info("condition of a source that is not enabled source=%s", condition.source)
            await self._write(condition.source, ConditionChanges(cleared=[condition]), now)


def _seen(rows: Sequence[RowMapping], source: Source, now: datetime) -> list[DocumentHealth]:
    """The documents that the source has now: declared, named by its home page, or asked lately."""
    declared = set(source.documents())

    def is_asked(row: RowMapping) -> bool:
        lately = row["not_before"] is not None and row["not_before"] > now - _STALE
        return row["url"] in declared or bool(row["found_on"]) or lately

    return [
        DocumentHealth(
            url=row["url"],
            failures=row["failures"],
            trouble=row["trouble"],
            error=row["error"],
            failing_since=row["failing_since"],
            newest_at=row["newest_at"],
        )
        for row in rows
        if is_asked(row)
    ]


def _by_source(standing: Sequence[Condition]) -> dict[str, set[ConditionKind]]:
    found: dict[str, set[ConditionKind]] = {}
    for condition in standing:
        found.setdefault(condition.source, set()).add(condition.kind)
    return found
