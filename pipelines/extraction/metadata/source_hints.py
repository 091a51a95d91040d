"""Extraction hints by source: whose article an address is, by source name or article pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.model.items import Hints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.config.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A source's name and its hints; the name is "" where no source is known."""

    name: str = ""
    hints: Hints = field(default_factory=Hints)


class Sources:
    """What all sources declare about their articles."""

    def __init__(self, wires: Mapping[str, Source]) -> None:
        self._named = {name: Declared(name=name, hints=wire.hints) for name, wire in wires.items()}
        self._patterns = tuple(
            (re.compile(wire.article_urls), self._named[name])
            for name, wire in wires.items()
            if wire.article_urls
        )

    def named(self, name: str) -> Declared:
        """Raises `Unusable` where no source is called so."""
        if name not in self._named:
            raise Unusable(f"no source is called {name!r}; `wirewatch sources` lists them")
        return self._named[name]

    def of(self, url: str) -> Declared:
        """The source that has such an article; without a name or a hint where none has."""
        return next((known for pattern, known in self._patterns if pattern.search(url)), Declared())
