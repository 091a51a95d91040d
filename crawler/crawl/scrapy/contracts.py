"""What `scrapy check` holds every spider to, offline: its declaration holds together.

Whether the site still answers as declared is another question: `wirewatch sources probe`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from scrapy.contracts import Contract
from scrapy.exceptions import ContractFail

from crawler.config.source_models import SourceConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.http import Response

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
        if found := list(faults(type(self._spider))):
            raise ContractFail("; ".join(found))


def faults(spider: type[WireSpider]) -> Iterator[str]:
    """What is wrong with a declaration, each in a sentence; nothing where it holds together."""
    words = {word: _plain(getattr(spider, word)) for word in SourceConfig.model_fields}
    try:
        SourceConfig.model_validate(words)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            where = ".".join(str(part) for part in detail["loc"])
            yield f"{where}: {detail['msg']}" if where else detail["msg"]
        return
    if spider.unproven and spider.packs:
        yield "it is unproven, and in a pack all the same"
    for url in spider.documents() if spider.article_urls else ():
        if re.search(spider.article_urls, url):
            yield f"article_urls takes {url} for an article"


def _plain(value: Any) -> Any:
    """As TOML has it."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
