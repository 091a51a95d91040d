"""Extension look-up: the Scrapy extension of a crawl, by its class."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_E = TypeVar("_E")


def extension_of(crawler: Crawler, kind: type[_E]) -> _E:
    """The crawl's extension of that class; raises `RuntimeError` where it is switched off."""
    extension = crawler.get_extension(kind)
    if extension is None:
        raise RuntimeError(f"the extension {kind.__module__}.{kind.__qualname__} is switched off")
    return extension
