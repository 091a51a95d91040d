"""How often a source is worth asking: as often as it publishes, within bounds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.wire import WireSpider

_RARELY = 4  # an institution may be silent for so many times as long as a wire
# What software says when nobody told it: WordPress calls every feed hourly, whatever it does.
_SENSIBLE = timedelta(minutes=30)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def stated_pace(feed: timedelta | None, cache_control: str) -> timedelta | None:
    """How often the publisher says that a document changes; None where it says nothing sensible.

    `feed` is what the document says itself (ttl, sy:updatePeriod).
    """
    found = _MAX_AGE.search(cache_control)
    cached = timedelta(seconds=int(found[1])) if found else None
    sensible = [
        pace for pace in (feed, cached) if pace is not None and timedelta(0) < pace <= _SENSIBLE
    ]
    return max(sensible, default=None)


def silence(source: type[WireSpider], default: timedelta) -> timedelta:
    """How long a source may announce nothing new before that is odd."""
    return source.frozen_after or default * (_RARELY if source.kind == "institution" else 1)
