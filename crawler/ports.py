"""Ports: what the trunk asks of the rooms above it, as Protocols that mypy checks.

The trunk never imports pipelines/, alerts/ or spiders/. `crawler/settings.py` names what stands
behind each port; this module alone loads it, so a port has one name, one type and one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from scrapy.utils.misc import load_object

from crawler import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from scrapy.crawler import Crawler

    from crawler.config.config import Config
    from crawler.model.items import Article, Extracted, Hints, Page
    from crawler.model.vocabulary import Vocabulary
    from crawler.runtime.services import Services


class DeliveryPort(Protocol):
    """Delivers what the outbox holds: asked by the daemon, answered by alerts/."""

    def start(self) -> None:
        """Begin to deliver, on the running loop; what an earlier process left comes first."""

    @property
    def running(self) -> bool:
        """It has begun to deliver, and goes on."""

    def wake(self) -> None:
        """There may be something new in the outbox."""

    async def drain(self, within: float) -> Mapping[str, int]:
        """Deliver all that is due; returns how many were `sent`, `waiting`, `dead`."""

    async def stop(self, within: float) -> None:
        """Finish what is being sent, hand the rest back."""


class FeedbackPort(Protocol):
    """Listens to what staff say back: buttons and slash commands."""

    @property
    def running(self) -> bool:
        """It has begun to listen, and hears."""

    def start(self) -> None:
        """Begin to listen, on the running loop."""

    async def stop(self, within: float) -> None:
        """Hear nothing more; let what was heard be answered."""


class StaffQueriesPort(Protocol):
    """What a running daemon answers to staff, as lines of plain text."""

    async def status(self) -> Sequence[str]:
        """The channels first, then the sources in trouble, then the others."""

    async def why(self, url: str) -> Sequence[str]:
        """Which rules fire on a stored article or come near. Raises `Unusable`."""

    def backfill(self, source: str, since: str, until: str) -> AsyncIterator[Sequence[str]]:
        """Say that it begins, do it silently, say how it ended. Raises `Unusable`."""


class ExtractionPort(Protocol):
    """The extraction pipeline, where nothing is to be stored."""

    def open_spider(self) -> None:
        """Refuse a declaration that cannot work. Raises `Unusable`."""

    async def process_item(self, item: Page) -> Article:
        """The article of a page. Raises `Rejected`."""


class ExtractionPoolPort(Protocol):
    """The workers that extract pages. `down` says why none of them can; "" where they can."""

    @property
    def down(self) -> str:
        """As of the last crash or test."""

    async def self_test(self) -> str:
        """Have a worker extract a page of our own: why it cannot, "" where it can."""


class DeliveryFactory(Protocol):
    """The class that settings name as the delivery."""

    def from_services(self, services: Services) -> DeliveryPort:
        """The delivery of this process."""


class FeedbackFactory(Protocol):
    """The class that settings name as the listener."""

    def from_services(self, services: Services, queries: StaffQueriesPort) -> FeedbackPort | None:
        """The listener; None where the configuration has none."""


class ExtractionFactory(Protocol):
    """The class that settings name as the extraction pipeline."""

    def from_crawler(self, crawler: Crawler) -> ExtractionPort:
        """The pipeline of a crawl."""


def delivery(services: Services) -> DeliveryPort:
    """The delivery of this process."""
    factory = cast("DeliveryFactory", load_object(settings.WIREWATCH_DELIVERY))
    return factory.from_services(services)


def feedback(services: Services, queries: StaffQueriesPort) -> FeedbackPort | None:
    """The listener, asking `queries` for staff; None where the configuration has none."""
    factory = cast("FeedbackFactory", load_object(settings.WIREWATCH_FEEDBACK))
    return factory.from_services(services, queries)


async def why(services: Services, url: str) -> list[str]:
    """Why the rules fire on a stored article or do not, in lines. Raises `Unusable`."""
    explain = cast(
        "Callable[[Services, str], Awaitable[list[str]]]", load_object(settings.WIREWATCH_WHY)
    )
    return await explain(services, url)


def followers(services: Services) -> frozenset[str]:
    """The names of the channels that follow a story after its first message."""
    find = cast("Callable[[Services], frozenset[str]]", load_object(settings.WIREWATCH_FOLLOWERS))
    return services.once(find, "channel")


def rules_refusal(services: Services) -> str:
    """Why the rules as edited are not in use; "" where they are. Reads files: not on the loop."""
    find = cast("Callable[[Services], str]", load_object(settings.WIREWATCH_RULES_REFUSAL))
    return find(services)


def vocabulary(config: Config) -> Vocabulary:
    """The names of rules, topics and entities. Raises `Unusable` where a file is wrong."""
    read = cast("Callable[[Config], Vocabulary]", load_object(settings.WIREWATCH_VOCABULARY))
    return read(config)


async def extract_again(services: Services, page: Page, hints: Hints) -> Extracted:
    """What a page that was kept comes to now. Raises `Rejected`."""
    extract = cast(
        "Callable[[Services, Page, Hints], Awaitable[Extracted]]",
        load_object(settings.WIREWATCH_EXTRACT_AGAIN),
    )
    return await extract(services, page, hints)


def extraction_version() -> str:
    """The versions of all that makes an article of a page, in one line."""
    find = cast("Callable[[], str]", load_object(settings.WIREWATCH_MADE_BY))
    return find()


def extraction(crawler: Crawler) -> ExtractionPort:
    """The extraction pipeline of a crawl."""
    factory = cast("ExtractionFactory", load_object(settings.WIREWATCH_EXTRACTION))
    return factory.from_crawler(crawler)


def extraction_pool(services: Services) -> ExtractionPoolPort:
    """The workers of this process."""
    find = cast(
        "Callable[[Services], ExtractionPoolPort]", load_object(settings.WIREWATCH_EXTRACTION_POOL)
    )
    return find(services)


def prepare(services: Services) -> None:
    """Build what every poll needs. Raises `Unusable` for what could not work in any of them."""
    for name in settings.WIREWATCH_PREPARED:
        load_object(name)(services)
