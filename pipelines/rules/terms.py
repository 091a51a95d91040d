"""Turn one written term into every pattern that finds it.

What an analyst may write:

* `border security`: the words in this order; hyphens, quotes and case do not matter.
* `{fight|combat} {|international }terrorism`: each choice in turn; an empty choice is allowed.
* `terroris*`: the word goes on, by at most `TAIL` letters.
* `FATF`: a word in capitals is found in capitals only; `=Moscow` is found exactly as written.
* Russian: the first noun or verb, and adjectives before it, are found in all their forms; what
  follows stays as written ("борьба с терроризмом" finds "борьбе с терроризмом"). `=слово` does not
  inflect.
* Arabic: a first word is found with its article and joined prepositions, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pipelines.rules.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.rules.inflection import Russian

TAIL = 8  # letters that `*` stands for at most: "cooperat*" finds "cooperativeness"
MOST_CHOICES = 4000  # one term cannot grow into more patterns than this
_SHORTEST_STEM = 4
_CHOICE = re.compile(r"\{([^{}]*)\}")
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARABIC_PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول")
_ARTICLE = "ال"


class TermError(ValueError):
    """A term that cannot be understood; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One folded string to search for.

    `text` carries its word boundaries as spaces. `exact` holds the capitals it must have, "" for
    any. `tail` is how many letters may follow before the word ends.
    """

    text: str
    exact: str = ""
    tail: int = 0


def patterns(term: str, language: str, russian: Russian) -> tuple[Pattern, ...]:
    """Every pattern of `term`, without repeats, in a stable order; raises `TermError`."""
    found: dict[Pattern, None] = {}
    for choice in _choices(term):
        for form in dict.fromkeys(_forms(choice, language, russian)):
            found[_pattern(form, choice)] = None
    if len(found) > MOST_CHOICES:
        raise TermError(
            f"{term!r} stands for {len(found)} patterns; expected at most {MOST_CHOICES}. "
            "Split it into several terms."
        )
    return tuple(found)


def _choices(term: str) -> Iterator[str]:
    pieces = _CHOICE.split(term)  # plain, inside, plain, inside, ..., plain
    if any("{" in plain or "}" in plain for plain in pieces[::2]):
        raise TermError(f"{term!r}: expected every '{{' to be closed by a '}}', and no nesting")
    alternatives = [
        inside.split("|") if index % 2 else [inside] for index, inside in enumerate(pieces)
    ]
    for chosen in product(*alternatives):
        yield " ".join("".join(chosen).split())


def _forms(choice: str, language: str, russian: Russian) -> Iterator[str]:
    """The word forms of one choice, as they are written in a text."""
    if choice.startswith("="):
        yield choice[1:]
    elif language == "ru" and not choice.endswith("*"):
        yield from russian.forms(choice)
    elif _ARABIC.search(choice):
        yield from _with_clitics(choice)
    else:
        yield choice


def _with_clitics(choice: str) -> Iterator[str]:
    bare = choice.removeprefix(_ARTICLE)
    for prefix in _ARABIC_PREFIXES:
        yield prefix + bare
        # "l" and the article melt: li + al-irhab is written "llirhab".
        melted = f"{prefix}ل{bare}" if prefix.endswith("ل") else f"{prefix}{_ARTICLE}{bare}"
        yield melted


def _pattern(form: str, choice: str) -> Pattern:
    open_end = form.endswith("*")
    body = form.removesuffix("*")
    folded = fold(body)
    inner = folded.flat.strip()
    if not inner or "*" in body:
        raise TermError(f"{choice!r}: expected a word, with at most one '*' at its very end")
    if open_end and len(inner.split()[-1]) < _SHORTEST_STEM:
        raise TermError(
            f"{choice!r}: expected at least {_SHORTEST_STEM} letters before '*', "
            "or it would match too much"
        )
    exact = folded.cased.strip() if choice.startswith("=") or _in_capitals(body) else ""
    if _NO_SPACES.search(inner):
        return Pattern(inner, exact)
    return Pattern(f" {inner}{'' if open_end else ' '}", exact, TAIL if open_end else 0)


def _in_capitals(body: str) -> bool:
    """Whether every letter is a capital, as in an acronym: "SCO RATS", "U.N.", "G7"."""
    return body.isupper() and sum(char.isalpha() for char in body) > 1 and not _no_case(body)


def _no_case(body: str) -> bool:
    return body.lower() == body.upper()
