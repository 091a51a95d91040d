"""All sources by name: the spiders that ship, and the [[source]] tables of the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.config.config import Config, load
from crawler.config.source import Archive, JsonList
from crawler.crawl.selection import select
from crawler.crawl.wire_spider import WireSpider
from crawler.model.exceptions import Unusable
from crawler.runtime.services import SETTING

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.settings import BaseSettings

    from crawler.config.source_models import SourceConfig


class SourceLoader(SpiderLoader):
    """Scrapy's loader, which also makes a spider of every [[source]]."""

    def __init__(self, settings: BaseSettings, config: Config) -> None:
        super().__init__(settings)
        for source in config.source:
            if source.name in self._spiders:
                raise Unusable(
                    f"[[source]] {source.name!r}: a source of this name ships with Wirewatch; "
                    "choose another name"
                )
            self._spiders[source.name] = spider_of(source)

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

    def wires(self) -> dict[str, type[WireSpider]]:
        """Every source that can be polled, by name."""
        return {
            name: spider for name, spider in self._spiders.items() if issubclass(spider, WireSpider)
        }

    def enabled(self, config: Config) -> list[type[WireSpider]]:
        """The sources that the configuration switches on, in its order."""
        names = (source.name for source in config.source)
        return select([*config.enabled, *names], self.wires(), where="enabled")


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    def frozen(value: Any) -> Any:
        if isinstance(value, dict):
            return _tuples(value)
        return tuple(value) if isinstance(value, list) else value

    return {key: frozen(value) for key, value in table.items()}


def spider_of(source: SourceConfig) -> type[Spider]:
    """A declaration in TOML, as the class that the same declaration in Python would be."""
    declared = _tuples(source.model_dump())
    declared["archive"] = Archive(**declared["archive"])
    declared["json_lists"] = tuple(JsonList(**one) for one in declared["json_lists"])
    return type(f"Configured_{source.name}", (WireSpider,), declared)
