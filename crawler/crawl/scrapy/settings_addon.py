"""Settings add-on: what wirewatch.toml says, as Scrapy settings."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import TYPE_CHECKING, Self

from crawler.model.exceptions import Unusable
from crawler.runtime.services import Services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.config.config import Config
    from crawler.config.source import Source

_VERSION = version("wirewatch")  # looked up once: that reads files, and every crawl asks


class SettingsAddon:
    """A Scrapy add-on; its priority lets `-s NAME=VALUE` on the command line win."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Services.of(crawler))

    def update_settings(self, settings: BaseSettings) -> None:
        crawl = self._services.config.crawl
        values = {
            "USER_AGENT": user_agent(self._services.config),
            "DOWNLOAD_DELAY": 0,  # the host's gate keeps it, for all crawls together
            "DOWNLOAD_TIMEOUT": crawl.timeout.total_seconds(),
            "DOWNLOAD_MAXSIZE": crawl.max_page_bytes,
            "DOWNLOAD_WARNSIZE": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.requests_per_host,
            "CLOSESPIDER_TIMEOUT": crawl.poll_timeout.total_seconds(),
        }
        for name, value in values.items():
            settings.set(name, value, priority="addon")
        if "SCRAPY_CHECK" in os.environ:  # `scrapy check` polls nobody: there is no run
            extensions = settings.getdict("EXTENSIONS") | {
                "crawler.crawl.poll.poll_tracker.PollTracker": None
            }
            settings.set("EXTENSIONS", extensions, priority="cmdline")


def user_agent(config: Config) -> str:
    """Who asks, and whom a site's owner can turn to."""
    contact = f" (+{config.crawl.contact})" if config.crawl.contact else ""
    return f"Wirewatch/{_VERSION}{contact}"


def require_contact(services: Services, sources: Sequence[Source]) -> None:
    """A site must be able to reach whoever asks it; only loopback need not."""
    if services.config.crawl.contact:
        return
    abroad = [spider.name for spider in sources if not spider.is_loopback()]
    if abroad:
        raise Unusable(
            'crawl.contact is empty: set it to your e-mail or web address (contact = "desk@…" '
            "under [crawl]); it goes into the User-Agent, so that a site can reach you"
        )
