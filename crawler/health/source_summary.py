"""How a source is doing, in a word: "ok 12 min ago", "failing: http-403 ×5", "silent 3 d"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.model.formatting import ago, roughly
from crawler.storage.crawl.runs import CUT_OFF, FAILED, RUNNING
from crawler.storage.health.source_stats import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.model.conditions import Condition
    from crawler.storage.crawl.runs import Run

#: How long a source of each kind may publish nothing before that is odd.
PATIENCE = {
    "wire": timedelta(days=2),
    "site": timedelta(days=7),
    "institution": timedelta(days=30),
}
_FAILED_DOCUMENTS = "failed documents: "
_LONGEST = 30  # characters of a reason that has no slug


class State(StrEnum):
    """The states of a source; of `AILS`, somebody should look at it."""

    NEVER = "never polled"
    POLLING = "polling"
    INTERRUPTED = "interrupted"
    FAILING = "failing"
    AILING = "ailing"
    SILENT = "silent"
    PARTLY = "partly"
    OK = "ok"


AILS = frozenset({State.AILING, State.FAILING, State.SILENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """`state` is for sorting and colour, `said` for reading; `cause` is what its polls fail of."""

    state: State
    said: str
    cause: str = ""
    once: bool = False  # its last poll failed, and none before: that may pass by itself

    @property
    def ails(self) -> bool:
        return self.state in AILS and not self.once

    def to_json(self) -> dict[str, str]:
        return {"state": self.state.value, "said": self.said}


def judge(
    source: Source,
    standing: Standing | None,
    now: datetime,
    conditions: Sequence[Condition] = (),
) -> SourceHealth:
    """The one judgement of a source; its open `conditions` say more than a run."""
    standing = standing or Standing()
    run = standing.last
    cause = _what(run) if run is not None and run.outcome == FAILED else ""
    if conditions:
        said = ", ".join(brief(one, now) for one in conditions)
        return SourceHealth(state=State.AILING, said=said, cause=cause)
    if run is None:
        return SourceHealth(state=State.NEVER, said="never polled")
    when = ago(run.finished_at or run.started_at or run.planned_at, now)
    if run.outcome == RUNNING:
        return SourceHealth(state=State.POLLING, said=f"polling since {when.removesuffix(' ago')}")
    if run.outcome == FAILED and (run.reason == CUT_OFF or run.reason.startswith("stopped")):
        return SourceHealth(state=State.INTERRUPTED, said=f"interrupted {when}")
    if run.outcome == FAILED:
        once = standing.failing <= 1
        times = f" {when}" if once else f" ×{standing.failing}"
        said = f"failing: {cause}{times}"
        return SourceHealth(state=State.FAILING, said=said, cause=cause, once=once)
    newest = None if standing.learned else standing.newest
    if newest is not None and now - newest > PATIENCE[source.kind]:
        return SourceHealth(state=State.SILENT, said=f"silent {roughly(now - newest)}")
    if run.reason:
        return SourceHealth(state=State.PARTLY, said=f"partly: {_what(run)} {when}")
    return SourceHealth(state=State.OK, said=f"ok {when}")


def brief(condition: Condition, now: datetime) -> str:
    """An open condition, and for how long: "unreachable 3 h"."""
    return f"{condition.kind} {roughly(now - condition.raised_at)}"


def _what(run: Run) -> str:
    """The word that most of a run's failed documents are counted under, else why it failed."""
    slugs = {
        key.removeprefix(_FAILED_DOCUMENTS): count
        for key, count in run.counts.items()
        if key.startswith(_FAILED_DOCUMENTS)
    }
    if slugs:
        return max(slugs, key=lambda slug: slugs[slug])
    return run.reason if len(run.reason) <= _LONGEST else run.reason[:_LONGEST].rstrip() + " …"
