"""Content diff: tells a change of what a page says from one of how it looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.rules.text.sentences import split

if TYPE_CHECKING:
    from crawler.model.items import Extracted
    from crawler.storage.database import RowMapping

_WORD = re.compile(r"[^\W\d_]+")
_COUNTS = re.compile(
    r"\b(views?|reads?|shares?|likes?|comments?|updated|просмотр|прочте|прочита|коммент|обновлен|"
    r"vues?|partages?|aufrufe|kommentare|vistas|görüntülenme|қаралым|көрүлдү|浏览|阅读|مشاهد)",
    re.IGNORECASE,
)
_WORDS = 3  # "1,204 views", "Просмотров: 532", "Updated at 12:45"; more is a sentence


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text in its order, each on one line; without what only counts."""
    found = split(text)
    spans = (found.span(number) for number in range(len(found)))
    said = (" ".join(text[start:end].split()) for start, end in spans)
    return tuple(one for one in said if one and not _is_counter(one))


def is_same(held: RowMapping, content: Extracted) -> bool:
    """Does a page say what it said? White space and counters may differ."""
    return _title(held["title"]) == _title(content.title) and sentences(held["text"]) == sentences(
        content.text
    )


def _title(title: str) -> str:
    return " ".join(title.split())


def _is_counter(line: str) -> bool:
    if not any(letter.isdigit() for letter in line):
        return False
    words = len(_WORD.findall(line))
    return words == 0 or (words <= _WORDS and _COUNTS.search(line) is not None)
