"""Term compiler: one written term, as every pattern that finds it.

What an analyst may write:

* `border security`: the words in this order; hyphens, quotes and case do not matter.
* `{fight|combat} {|international }terrorism`: each choice in turn; an empty choice is allowed.
* `terroris*`: the word goes on, by at most `TAIL` letters; `organi?ation`: any one letter.
* `FATF`: a word in capitals is found in capitals only; `=Moscow` is found exactly as written.
* A word in its base form is found in its other forms, as far as its language is known
  (pipelines/rules/inflection/word_forms.py); `=word` is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from pipelines.rules.text.tokens import fold
from pipelines.rules.vocabulary.patterns import Pattern
from pipelines.rules.vocabulary.trie import STEM, is_wild

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CHOICES = 4000  # one term cannot grow into more patterns than this
_SPELLED_OUT = 24  # choices; a term with more of them has its forms written out
_ALWAYS = frozenset({"ru"})  # its terms stand in their base forms, however many there are
MOST_WORDS = 32
MOST_WILDCARDS = 3  # in one word
_CHOICE = re.compile(r"\{([^{}]*)\}")
# Letters that stand for wildcards while a term is folded, because no text has them.
_HIDDEN = str.maketrans("*?", "\ua000\ua001")
_SHOWN = str.maketrans("\ua000\ua001", "*?")
_ENDINGS = re.compile(r"~([a-z]{2})$")


class TermError(ValueError):
    """A term that cannot be understood; the message says what was expected."""


Forms = Callable[[str, str], Iterable[str]]  # of a phrase in a language


def patterns(term: str, language: str, forms: Forms) -> tuple[Pattern, ...]:
    """Every pattern of `term`, without repeats, in a stable order; raises `TermError`.

    `forms` is `Inflection.forms`, for names `Inflection.names`.
    """
    found: dict[Pattern, None] = {}
    taken = tuple(choices(term))
    if len(taken) > _SPELLED_OUT and language not in _ALWAYS:
        forms = _as_written
    for choice in taken:
        for form in dict.fromkeys(_forms(choice, language, forms)):
            found[_pattern(form, choice)] = None
            if len(found) > MOST_CHOICES:
                raise TermError(
                    f"{term!r} stands for more than {MOST_CHOICES} patterns; "
                    "split it into several terms"
                )
    return tuple(found)


def _as_written(choice: str, _language: str) -> tuple[str, ...]:
    return (choice,)


def choices(term: str) -> Iterator[str]:
    """Each way in which the choices of a term may be taken."""
    pieces = _CHOICE.split(term)  # plain, inside, plain, inside, ..., plain
    if any("{" in plain or "}" in plain for plain in pieces[::2]):
        raise TermError(f"{term!r}: expected every '{{' to be closed by a '}}', and no nesting")
    alternatives = [
        inside.split("|") if index % 2 else [inside] for index, inside in enumerate(pieces)
    ]
    count = 1
    for alternative in alternatives:
        count *= len(alternative)
    if count > MOST_CHOICES:
        raise TermError(f"{term!r} has {count} choices, {MOST_CHOICES} at most; split it up")
    for chosen in product(*alternatives):
        yield " ".join("".join(chosen).split())


def _forms(choice: str, language: str, forms: Forms) -> Iterator[str]:
    """The word forms of one choice, as they are written in a text."""
    if choice.startswith("="):
        yield choice[1:]
    elif "~" in choice:
        raise TermError(f"{choice!r}: expected no '~' in a term")
    elif "*" in choice or "?" in choice or in_capitals(choice):
        yield choice
    else:
        yield from forms(choice, language)


def _pattern(form: str, choice: str) -> Pattern:
    words = tuple(word for written in form.split() for word in _folded(written))
    if not words:
        raise TermError(f"{choice!r}: expected a word")
    _check_wildcards(words, choice)
    if len(words) > MOST_WORDS:
        raise TermError(f"{choice!r}: expected at most {MOST_WORDS} words, found {len(words)}")
    exact = ""
    if choice.startswith("=") or in_capitals(form):
        exact = " ".join(fold(form).cased)
        if any(map(is_wild, words)):
            raise TermError(f"{choice!r}: expected no wildcard in a term that is case-exact")
    return Pattern(words, exact)


@lru_cache(maxsize=100_000)
def _folded(written: str) -> tuple[str, ...]:
    """The folded words of one written word; its wildcards and its endings kept."""
    endings = _ENDINGS.search(written)
    bare = written[: endings.start()] if endings else written
    words = [word.translate(_SHOWN) for word in fold(bare.translate(_HIDDEN)).words]
    if endings and words and len(words[-1]) >= STEM:
        words[-1] += f"~{endings[1]}"
    return tuple(words)


def _check_wildcards(words: Iterable[str], choice: str) -> None:
    for word in words:
        wildcards = word.count("*") + word.count("?")
        if wildcards and not re.match(rf"[^*?]{{{STEM}}}", word):
            raise TermError(
                f"{choice!r}: expected at least {STEM} letters before a wildcard, "
                "or it would match too much"
            )
        if wildcards > MOST_WILDCARDS:
            raise TermError(f"{choice!r}: expected at most {MOST_WILDCARDS} wildcards in a word")


def in_capitals(body: str) -> bool:
    """Whether every letter is a capital, as in an acronym: "SCO RATS", "U.N.", "G7"."""
    return body.isupper() and sum(char.isalpha() for char in body) > 1 and not _no_case(body)


def _no_case(body: str) -> bool:
    return body.lower() == body.upper()
