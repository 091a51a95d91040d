"""Opening clean-up: no headline again, date or byline comes before a text's first sentence."""

from __future__ import annotations

import re

from pipelines.extraction.dates.printed_dates import without_dates

_LOOKED_AT = 6  # lines from the top
_SHORT = 60  # characters of a line that may be furniture, where it stands above the headline
_FEW = 24  # letters that may stand beside a date, for the line to be a date line
_BY = re.compile(r"^\s*(?:by|автор:?)\s", re.IGNORECASE)


def cut_furniture(text: str, title: str, authors: tuple[str, ...]) -> str:
    """The text without the lines above its first sentence. Never cuts all of it."""
    lines = text.splitlines()
    start = _headline_ends(lines, title)
    while start < len(lines) - 1 and start < _LOOKED_AT and _is_furniture(lines[start], authors):
        start += 1
    return "\n".join(lines[start:])


def _headline_ends(lines: list[str], title: str) -> int:
    """The line after the headline, where that stands at the top with nothing long above it."""
    wanted = _letters(title)
    for number, line in enumerate(lines[: min(_LOOKED_AT, len(lines) - 1)]):
        if wanted and _letters(line) == wanted:
            return number + 1
        if len(line) > _SHORT:
            break
    return 0


def _is_furniture(line: str, authors: tuple[str, ...]) -> bool:
    if len(line) > 2 * _SHORT:
        return False
    rest = without_dates(line)
    if rest is not None and len(_letters(rest)) <= _FEW:
        return True
    names = "".join(_letters(author) for author in authors)
    return bool(names) and _letters(_BY.sub("", line)) == names


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
