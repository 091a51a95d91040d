"""Spider contract for `scrapy check`, offline: a spider's declaration holds together.

Whether the site still answers as declared is another question: `wirewatch sources probe`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.contracts import Contract
from scrapy.exceptions import ContractFail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.http import Response

    from crawler.config.source import Source
    from crawler.crawl.wire_spider import WireSpider

_NOWHERE = "data:,"  # a response that Scrapy makes without asking anybody


class Declared(Contract):
    """`@declared`: the spider's declaration would be accepted as a [[source]], and makes sense."""

    name = "declared"

    def __init__(self, method: Callable[..., Any], *args: Any) -> None:
        super().__init__(method, *args)
        self._spider: WireSpider = method.__self__  # type: ignore[attr-defined]

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        return {**args, "url": _NOWHERE}

    def pre_process(self, response: Response) -> None:
        if found := list(faults(self._spider.source)):
            raise ContractFail("; ".join(found))


def faults(source: Source) -> Iterator[str]:
    """What makes no sense in a declaration whose every word is accepted, each in a sentence."""
    if source.unproven and source.packs:
        yield "it is unproven, and in a pack all the same"
    for url in source.documents() if source.article_urls else ():
        if source.is_article(url):
            yield f"article_urls takes {url} for an article"
