"""All forms of a term, worked out when rules are compiled and never while matching."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from pipelines.rules.russian import Russian

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول")
_ARTICLE = "ال"


class Inflection:
    """The languages whose forms are known; each is loaded when a term first asks for it."""

    @cached_property
    def _russian(self) -> Russian:
        return Russian()

    def forms(self, phrase: str, language: str) -> Iterator[str]:
        """How a text may write the phrase; "~kk" after a word is any ending of that language."""
        if language == "ru":
            return self._russian.forms(phrase)
        if _ARABIC.search(phrase):
            return _with_clitics(phrase)
        return chain((phrase,))


def _with_clitics(phrase: str) -> Iterator[str]:
    bare = phrase.removeprefix(_ARTICLE)
    for prefix in _PREFIXES:
        yield prefix + bare
        # "l" and the article melt: li + al-irhab is written "llirhab".
        yield f"{prefix}ل{bare}" if prefix.endswith("ل") else f"{prefix}{_ARTICLE}{bare}"
