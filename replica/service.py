"""Replica wire service: all outlets, with the archive at the start and live stories one by one."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from replica.outlets import OUTLETS
from replica.site import WireSite
from replica.story import StoryKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from types import TracebackType

    from crawler.model.clock import Clock
    from replica.chrome import Publication
    from replica.story import Story


class WireService:
    """One server per outlet. `async with` starts them, archive and all, and stops them.

    `ports` gives outlets a fixed port by name; the others take any that is free.
    """

    def __init__(
        self,
        stories: Sequence[Story],
        *,
        clock: Clock,
        ports: Mapping[str, int] = MappingProxyType({}),
        crawl_delay: float | None = None,
        page_bytes: int = 0,
    ) -> None:
        self.stories = tuple(stories)
        self.sites: dict[str, WireSite] = {
            outlet.name: WireSite(
                outlet,
                clock=clock,
                port=ports.get(outlet.name, 0),
                crawl_delay=crawl_delay,
                page_bytes=page_bytes,
            )
            for outlet in OUTLETS
        }
        self._clock = clock
        self._written: dict[str, datetime] = {}  # story id -> when its text was written

    @property
    def urls(self) -> dict[str, str]:
        """Outlet name -> base URL."""
        return {name: site.base_url for name, site in self.sites.items()}

    @property
    def archive(self) -> tuple[Story, ...]:
        return tuple(story for story in self.stories if story.live is None)

    @property
    def live(self) -> tuple[Story, ...]:
        """What is still to be published by hand, in its order."""
        return tuple(story for story in self.stories if story.live is not None)

    async def start(self) -> None:
        for site in self.sites.values():
            await site.start()
        for story in self.archive:
            self.publish(story)

    async def stop(self) -> None:
        for site in self.sites.values():
            await site.stop()

    def publish(self, story: Story) -> Publication:
        """Publish on the story's own outlet, or revise there what it revises."""
        site = self.sites[story.outlet]
        if story.kind is StoryKind.REVISION:
            return site.revise(story.revises, title=story.title, paragraphs=story.paragraphs)
        at = self._clock() - timedelta(minutes=story.minutes_ago)
        written = self._written.get(story.reprint_of, at)
        self._written[story.id] = written
        return site.publish(story, at=at, written=written)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
