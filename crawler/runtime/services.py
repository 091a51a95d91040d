"""Service container: built once a process, shared by every crawl, closed with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from scrapy import signals

from crawler.config.config import Config, load
from crawler.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

    from crawler.config.origin import Origin
    from crawler.runtime.metrics import Metrics

T = TypeVar("T")
SETTING = "WIREWATCH_SERVICES"


class Services:
    """A configuration, a database, and whatever the components of a crawl wish to share.

    A component asks for its own with `services.once(ExtractionPool.from_services)`: the first asker
    has it built, the others are handed the same one. `close` closes all of them, newest first.

    `config` is another one once `adopt` was called: read it where it is needed. `origin` says what
    it was read from, where it was read at all.
    """

    def __init__(self, config: Config, origin: Origin | None = None) -> None:
        self.config = config
        self.origin = origin
        self._built: dict[Callable[[Services], Any], tuple[tuple[Any, ...], Any]] = {}
        #: Called when an alert was written to the outbox; delivery puts its `wake` here.
        self.alerts_queued: Callable[[], None] = _nothing_delivers

    def __deepcopy__(self, memo: dict[int, Any]) -> Services:
        # Scrapy copies its settings for every crawl; these are shared on purpose.
        return self

    @property
    def database(self) -> Database:
        """The store, with the tables of this version; it is made where there is none."""
        return self.once(_open_database)

    @property
    def store(self) -> Database:
        """The store as it stands: perhaps not there yet."""
        return self.once(_find_database)

    @property
    def metrics(self) -> Metrics:
        """What this process counts and times."""
        return self.once(_count)

    def once(self, build: Callable[[Services], T], *tables: str) -> T:
        """What `build` makes, made once; and anew where one of these tables reads otherwise now.

        `tables` are those of the configuration that it is made of.
        """
        made_of = tuple(getattr(self.config, table) for table in tables)
        if build not in self._built or self._built[build][0] != made_of:
            self._built[build] = made_of, build(self)
        return cast("T", self._built[build][1])

    def successor(self, config: Config, origin: Origin | None) -> Services:
        """Services of another configuration, to try it out; they share all that it leaves as is."""
        other = Services(config, origin)
        other._built = dict(self._built)
        return other

    def adopt(self, successor: Services) -> None:
        """Have the configuration of a successor from now on, and what it had built."""
        self.config, self.origin = successor.config, successor.origin
        self._built |= successor._built

    def close(self) -> None:
        while self._built:
            _, (_, service) = self._built.popitem()
            if callable(close := getattr(service, "close", None)):
                close()

    @classmethod
    def of(cls, crawler: Crawler) -> Services:
        """The services of this crawl: its runner's, or (for plain `scrapy crawl`) its own."""
        services = crawler.settings.get(SETTING)
        if services is None:
            services = cls(load())
            crawler.settings.set(SETTING, services, priority="cmdline")
            crawler.signals.connect(services.close, signals.engine_stopped, weak=False)
        return cast("Services", services)


def _find_database(services: Services) -> Database:
    return Database(services.config.store.url)


def _open_database(services: Services) -> Database:
    from crawler.storage.maintenance.migrate import migrate  # noqa: PLC0415 - slow, and not for every command

    migrate(services.store)
    return services.store


def _count(_: Services) -> Metrics:
    from crawler.runtime.metrics import Metrics  # noqa: PLC0415 - not for every command

    return Metrics()


def _nothing_delivers() -> None:
    """A crawl on its own: the next `wirewatch run` finds the alert in the outbox."""
