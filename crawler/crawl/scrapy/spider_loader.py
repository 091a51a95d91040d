"""All sources by name: the spiders that ship, and the [[source]] tables of the configuration."""

from __future__ import annotations

from traceback import walk_tb
from typing import TYPE_CHECKING, Self

from pydantic import ValidationError
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.config.config import Config, load
from crawler.config.messages import said
from crawler.crawl.selection import select
from crawler.crawl.wire_spider import WireSpider
from crawler.model.exceptions import Unusable
from crawler.runtime.services import SETTING

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.config.source import Source


class SourceLoader(SpiderLoader):
    """Scrapy's loader, which also makes a spider of every [[source]]."""

    def __init__(self, settings: BaseSettings, config: Config) -> None:
        try:
            super().__init__(settings)
        except ValidationError as error:  # of what a declaration is made of, an `Archive(…)`
            found = "; ".join(said(detail) for detail in error.errors(include_url=False))
            raise Unusable(f"{_declared_in(error, settings)}: {error.title}: {found}") from None
        for source in config.source:
            if source.name in self._spiders and not self._is_unproven(source.name):
                raise Unusable(
                    f"[[source]] {source.name!r}: a source of this name ships with Wirewatch; "
                    "choose another name"
                )
            declared = {"name": source.name, "source": source}
            self._spiders[source.name] = type(f"Configured_{source.name}", (WireSpider,), declared)

    def _is_unproven(self, name: str) -> bool:
        """Nobody has seen it work: a [[source]] of this name takes its place."""
        spider = self._spiders[name]
        return issubclass(spider, WireSpider) and bool(spider.source.unproven)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        services = settings.get(SETTING)
        if services is not None:
            return cls(settings, services.config)
        try:
            return cls(settings, load())
        except Unusable as error:  # plain `scrapy`, which would show a traceback
            raise SystemExit(f"wirewatch: {error}") from None

    @classmethod
    def of(cls, config: Config) -> Self:
        """The sources of a configuration, where nothing is to be polled."""
        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        return cls(settings, config)

    def wires(self) -> dict[str, Source]:
        """Every source that can be polled, by name."""
        return {
            name: spider.source
            for name, spider in self._spiders.items()
            if issubclass(spider, WireSpider)
        }

    def enabled(self, config: Config) -> list[Source]:
        """The sources that the configuration switches on, in its order."""
        names = (source.name for source in config.source)
        return select([*config.enabled, *names], self.wires(), where="enabled")


def _declared_in(error: ValidationError, settings: BaseSettings) -> str:
    """The module of spiders that could not be loaded because of the error."""
    packages = tuple(f"{name}." for name in settings.getlist("SPIDER_MODULES"))
    modules = [frame.f_globals["__name__"] for frame, _ in walk_tb(error.__traceback__)]
    return next((name for name in reversed(modules) if name.startswith(packages)), "a spider")
