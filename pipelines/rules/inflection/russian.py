"""All forms of a Russian phrase, found when rules are compiled and never while matching."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import pymorphy3

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VERBS = {"INFN", "VERB"}
_ADJECTIVES = {"ADJF", "PRTF"}
_LEFT_OUT = {"Arch", "Erro", "Infr", "Slng"}  # forms that no wire writes
# A participle of a verb is another word in practice: "действующий" is not "действовать".
_PARTICIPLES = {"PRTF", "PRTS"}


class Russian:
    """A dictionary of Russian word forms. Loading it takes a quarter of a second."""

    def __init__(self) -> None:
        self._morph: Any = pymorphy3.MorphAnalyzer()
        self._read: dict[str, Any] = {}
        self._known: dict[str, tuple[Form, ...]] = {}

    def forms(self, phrase: str) -> Iterator[str]:
        """The forms of the first noun or verb and the adjectives before it; the rest stays.

        "Европейский союз" gives "Европейского союза" and so on; words in capitals do not change.
        """
        words = phrase.split()
        head = self._head(words)
        if head is None:
            yield phrase
            return
        rest = [" ".join(words[head + 1 :])] if words[head + 1 :] else []
        known = self._lexeme(words[head])
        for form in known:
            before = [self._agreeing(word, form) for word in words[:head]]
            for chosen in product(*before):
                yield " ".join([*chosen, form.word, *rest])

    def _head(self, words: Sequence[str]) -> int | None:
        """The place of the word that carries the phrase, or None where nothing inflects."""
        last_adjective = None
        for index, word in enumerate(words):
            if not _inflects(word):
                return last_adjective
            tag = self._parse(word).tag
            if tag.POS == "NOUN" or tag.POS in _VERBS:
                return index
            if tag.POS not in _ADJECTIVES:
                return last_adjective
            last_adjective = index
        return last_adjective

    def _parse(self, word: str) -> Any:
        """The likeliest reading of a word."""
        if word not in self._read:
            self._read[word] = self._morph.parse(word)[0]
        return self._read[word]

    def _lexeme(self, word: str) -> tuple[Form, ...]:
        if word not in self._known:
            self._known[word] = tuple(dict.fromkeys(self._look_up(word)))
        return self._known[word]

    def _look_up(self, word: str) -> Iterator[Form]:
        parsed = self._parse(word)
        verb = parsed.tag.POS in _VERBS
        for form in parsed.lexeme:
            tag = form.tag
            if _LEFT_OUT & tag.grammemes or (verb and tag.POS in _PARTICIPLES):
                continue
            gender = tag.gender if tag.number == "sing" else None
            yield Form(word=form.word, case=tag.case, number=tag.number, gender=gender)

    def _agreeing(self, adjective: str, head: Form) -> tuple[str, ...]:
        """The forms of an adjective that can stand before that form of a noun."""
        return tuple(
            dict.fromkeys(form.word for form in self._lexeme(adjective) if form.agrees(head))
        )


class Form(NamedTuple):
    """One form of a word; `gender` is None in the plural, where Russian has none."""

    word: str
    case: str | None
    number: str | None
    gender: str | None

    def agrees(self, head: Form) -> bool:
        return (
            self.case == head.case
            and self.number == head.number
            and (not head.gender or not self.gender or self.gender == head.gender)
        )


def _inflects(word: str) -> bool:
    return not word.isupper() and any("а" <= char <= "я" or char == "ё" for char in word.lower())
