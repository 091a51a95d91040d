"""Hot reload of the rule set: an edit of a file takes effect by itself, whole, or is refused."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from pipelines.rules.loader import FOLDERS, old_folder_notices
from pipelines.rules.rule_book import SHIPPED, RuleSet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

logger = logging.getLogger(__name__)
PAUSE = 1.0  # seconds between two looks at the files

Stamp = frozenset[tuple[str, int, int]]  # of each file: path, time of the last change, size


class ReloadingRules:
    """A rule set, and the files it was made of. Whoever asks gets the old one until a new one is
    ready; one that cannot be used is told once, and the old one stays.
    """

    def __init__(
        self, folders: Sequence[Path], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folders = tuple(folders)
        self._clock = clock
        self._stamp = self._look()
        self._looked = clock()
        for notice in old_folder_notices(self._folders):
            logger.warning("%s", notice)
        self._renewal: asyncio.Task[None] | None = None
        self.rule_set = RuleSet.load(self._folders)
        #: Why the files as they are now are not in use; "" where they are.
        self.refusal = ""

    async def current(self) -> RuleSet:
        """The newest rule set that is ready; files that changed are read in the background."""
        now = self._clock()
        if self._renewal is None and now - self._looked >= PAUSE:
            self._looked = now
            if (stamp := self._look()) != self._stamp:
                self._stamp = stamp
                self._renewal = asyncio.create_task(self._renew())
                self._renewal.add_done_callback(self._renewed)
        return self.rule_set

    async def settled(self) -> RuleSet:
        """As `current`, but what is being read is waited for."""
        await self.current()
        if self._renewal is not None:
            await self._renewal
        return self.rule_set

    async def _renew(self) -> None:
        try:
            rule_set = await asyncio.to_thread(RuleSet.load, self._folders)
        except Unusable as error:
            self.refusal = str(error)
            logger.warning("rules were edited and refused; the old ones stay: %s", error)
            return
        changed = _differing(self.rule_set, rule_set)
        self.rule_set, self.refusal = rule_set, ""
        logger.warning("rules were edited and are in use rules=%s", ",".join(changed) or "-")

    def _renewed(self, _: asyncio.Task[None]) -> None:
        self._renewal = None

    def _look(self) -> Stamp:
        found = set()
        for place in (SHIPPED, *self._folders):
            for kind in FOLDERS:
                for path in (place / kind).glob("*.toml"):
                    try:
                        state = path.stat()
                    except OSError:  # it went away between two looks
                        continue
                    found.add((str(path), state.st_mtime_ns, state.st_size))
        return frozenset(found)


def _differing(old: RuleSet, new: RuleSet) -> list[str]:
    """The rules that are new, gone or changed."""
    before = {rule.id: rule.version for rule in old.rules}
    after = {rule.id: rule.version for rule in new.rules}
    return sorted(id_ for id_ in before.keys() | after.keys() if before.get(id_) != after.get(id_))
