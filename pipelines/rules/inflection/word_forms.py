"""All forms of a term, worked out when rules are compiled and never while matching.

What was worked out is kept on disk, so that a dictionary is loaded only for a term that is new.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.metadata import version
from itertools import product
from typing import TYPE_CHECKING

from pipelines.rules.inflection.form_cache import FormCache
from pipelines.rules.inflection.russian import Russian

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_KIND = "1"  # changes with what this module makes of a phrase
_DICTIONARIES = frozenset({"en", "fr", "es", "de"})
_TURKIC = frozenset({"kk", "ky", "uz", "tr"})
# What a last consonant turns into before a vowel.
_SOFTENED = {"к": "г", "қ": "ғ", "п": "б", "k": "g", "p": "b", "t": "d"}
_SHORTEST = 4  # letters of a word that changes
_SHORT_ENGLISH = 3
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "the and for with from that this are was has had its our their not but all any two one",
    )
)
_MOST_FORMS = 80  # of one word
_BELARUSIAN_END = re.compile(r"(?:ая|ае|ое|[аяыіуюеёоэйь])$")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
_ARTICLE = "ال"


class Inflection:
    """The languages whose forms are known; each is loaded when a term first asks for it."""

    def __init__(self, forms: FormCache | None = None) -> None:
        self._remembered = forms or FormCache.nowhere()
        self._loaded: dict[str, Callable[[str], Iterable[str]]] = {}

    def forms(self, phrase: str, language: str) -> Iterable[str]:
        """How a text may write the phrase; "~kk" after a word is any ending of that language."""
        if language == "ru" or language in _DICTIONARIES:
            edition = _edition(language)
            known = self._remembered.get(edition, phrase)
            if known is None:
                known = tuple(self._load(language)(phrase))
                self._remembered.put(edition, phrase, known)
            return known
        if language in _TURKIC:
            return _turkic(phrase, language)
        if _ARABIC.search(phrase):
            return (
                form
                for with_suffix in _with_suffixes(phrase)
                for form in _with_clitics(with_suffix)
            )
        return self.names(phrase, language)

    def names(self, phrase: str, language: str) -> Iterable[str]:
        """The same for a name: where names have cases, in all of them, else as written."""
        if language == "ru":
            return self.forms(phrase, language)
        if language in _TURKIC and _CYRILLIC.search(phrase):
            return _turkic(phrase, language)
        if language == "be":
            return (_belarusian(phrase),)
        # A Latin name would be found in English words: "Mali" in "Maliki". Turkish sets an
        # apostrophe after names, and that parts words.
        return _with_clitics(phrase) if _ARABIC.search(phrase) else (phrase,)

    def _load(self, language: str) -> Callable[[str], Iterable[str]]:
        if language not in self._loaded:
            russian = language == "ru"
            self._loaded[language] = Russian().forms if russian else Dictionary(language).forms
        return self._loaded[language]


class Dictionary:
    """The forms of a language's words, turned around from a dictionary of their base forms."""

    def __init__(self, language: str) -> None:
        # Slow to import, and for new terms only.
        from simplemma.strategies.dictionaries import (  # noqa: PLC0415
            DefaultDictionaryFactory,
        )

        self._language = language
        self._base = DefaultDictionaryFactory().get_dictionary(language)
        self._forms: dict[str, list[str]] = {}
        for form, base in self._base.items():
            self._forms.setdefault(base, []).append(form)

    def forms(self, phrase: str) -> Iterator[str]:
        """The first and the last word in all their forms, where they are base forms; the rest as
        written. "meetings" is no base form: who writes it means it.
        """
        words = phrase.split()
        ends = {0, len(words) - 1}
        choices = [
            self._of(word) if number in ends else (word,) for number, word in enumerate(words)
        ]
        for chosen in product(*choices):
            yield " ".join(chosen)

    def _of(self, word: str) -> tuple[str, ...]:
        shortest = _SHORT_ENGLISH if self._language == "en" else _SHORTEST
        if len(word) < shortest or not word.isalpha() or word.lower() in _FUNCTION_WORDS:
            return (word,)
        for base in dict.fromkeys((word, word.lower(), word.capitalize())):
            forms = self._forms.get(base)
            if forms and self._base.get(base, base) == base:
                plain = sorted({form for form in forms if form.isalpha()})
                return tuple(dict.fromkeys((word, *plain[:_MOST_FORMS])))
        return (word,)


@lru_cache(maxsize=16)
def _edition(language: str) -> str:
    package = "pymorphy3-dicts-ru" if language == "ru" else "simplemma"
    return f"{language} {package} {version(package)} {_KIND}"


def _turkic(phrase: str, language: str) -> Iterator[str]:
    """The last word carries all endings."""
    *before, last = phrase.split()
    if len(last) < _SHORTEST or not last.isalpha():
        yield phrase
        return
    yield " ".join([*before, f"{last}~{language}"])
    if softened := _SOFTENED.get(last[-1].lower()):
        yield " ".join([*before, f"{last[:-1]}{softened}~{language}"])


def _belarusian(phrase: str) -> str:
    """Adjectives change with their noun: each longer word is a stem and an ending."""
    words = []
    for word in phrase.split():
        stem = _BELARUSIAN_END.sub("", word)
        changes = len(stem) >= _SHORTEST and word.isalpha() and not word.isupper()
        words.append(f"{stem}~be" if changes else word)
    return " ".join(words)


def _with_clitics(phrase: str) -> Iterator[str]:
    """The first word with its article and what is joined before it."""
    bare = phrase.removeprefix(_ARTICLE)
    for prefix in _CLITICS:
        yield prefix + bare
        # "l" and the article melt: li + al-irhab is written "llirhab".
        yield f"{prefix}ل{bare}" if prefix.endswith("ل") else f"{prefix}{_ARTICLE}{bare}"


def _with_suffixes(phrase: str) -> Iterator[str]:
    """The last word with what is joined after it: whose it is, and how many there are."""
    last = phrase.rsplit(maxsplit=1)[-1].removeprefix(_ARTICLE)
    if len(last) < _SHORTEST or not last.isalpha() or not _ARABIC.match(last):
        yield phrase
    elif last.endswith("ة"):
        yield phrase
        yield f"{phrase[:-1]}ت~ar"
    else:
        yield f"{phrase}~ar"
