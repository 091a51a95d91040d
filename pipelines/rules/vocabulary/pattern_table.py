"""Pattern table: all patterns, flat, by the first word of each. Quick to read from a file, and the
patterns of a word are parsed when it is met.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pipelines.rules.vocabulary.patterns import Kind, Mark, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# No folded word holds any of these, and JSON writes them as they are.
_ROW, _CELL = "|", ":"
_COLUMNS = tuple(field.name for field in fields(Mark) if field.init)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternTable:
    """A row is the number of a mark, the words after the first, and how all must be written."""

    marks: tuple[Mark, ...]
    rows: dict[str, str]
    size: int  # different rows of words

    @classmethod
    def of(cls, patterns: Iterable[tuple[Pattern, Mark]]) -> PatternTable:
        """In their order, each once."""
        numbers: dict[Mark, int] = {}
        rows: dict[str, dict[str, None]] = {}
        different = set()
        for pattern, mark in patterns:
            first, *rest = pattern.words
            number = numbers.setdefault(mark, len(numbers))
            row = f"{number}{_CELL}{' '.join(rest)}{_CELL}{pattern.exact}"
            rows.setdefault(first, {})[row] = None
            different.add(pattern.words)
        joined = {first: _ROW.join(found) for first, found in rows.items()}
        return cls(marks=tuple(numbers), rows=joined, size=len(different))

    def patterns(self, first: str) -> Iterator[tuple[Pattern, Mark]]:
        """Those that begin with that word."""
        for row in self.rows[first].split(_ROW):
            number, rest, exact = row.split(_CELL)
            pattern = Pattern((first, *rest.split()), exact)
            yield pattern, self.marks[int(number)].on(pattern)

    def dumped(self) -> str:
        """As JSON, for `loaded`."""
        marks = [[getattr(mark, name) for name in _COLUMNS] for mark in self.marks]
        values = {"marks": marks, "rows": self.rows, "size": self.size}
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def loaded(cls, dumped: str | bytes) -> PatternTable:
        values = json.loads(dumped)
        marks = (_mark(dict(zip(_COLUMNS, row, strict=True))) for row in values["marks"])
        return cls(marks=tuple(marks), rows=values["rows"], size=values["size"])


def _mark(values: dict[str, Any]) -> Mark:
    return Mark(**values | {"kind": Kind(values["kind"]), "never": tuple(values["never"])})
