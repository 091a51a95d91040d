"""What a matcher names and nothing answers to: a rule, a topic, an entity, a source, a country."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from crawler import ports
from crawler.crawl.scrapy.spider_loader import SourceLoader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from crawler.config.config import Config
    from crawler.config.routes import Matcher

_LISTED = 8  # names, where none is close


def known_names(config: Config) -> Mapping[str, Collection[str]]:
    """By key of a matcher: what it may name."""
    wires = SourceLoader.of(config).wires()
    known = ports.vocabulary(config)
    return {
        "rule": known.rules,
        "topic": known.topics,
        "entity": known.entities,
        "source": wires.keys(),
        "country": {source.country.upper() for source in wires.values() if source.country},
    }


def unknown_names(matcher: Matcher, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    """A sentence for each name, or pattern, that nothing answers to, with a suggestion."""
    for key, names in known.items():
        for wanted in getattr(matcher, key):
            sought = wanted.upper() if key == "country" else wanted
            if not any(fnmatchcase(name, sought) for name in names):
                yield f"there is no {key} {wanted}; {_suggestion(sought, names)}"


def _suggestion(wanted: str, names: Collection[str]) -> str:
    if close := get_close_matches(wanted, names, n=3, cutoff=0.5):
        return f"did you mean {' or '.join(close)}?"
    listed = sorted(names)
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return f"there are: {', '.join(listed[:_LISTED])}{more}"
