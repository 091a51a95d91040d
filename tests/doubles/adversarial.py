"""Inputs on which a regular expression does its worst, made from the expression itself."""

from __future__ import annotations

import re
from re import _constants as sre
from re import _parser as parser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_CATEGORIES = {
    sre.CATEGORY_DIGIT: "0",
    sre.CATEGORY_NOT_DIGIT: "a",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_WORD: "a",
    sre.CATEGORY_NOT_WORD: "-",
}
_USUAL = " a0<\n."
_PREFIXES = 10
_LETTERS = 6


def inputs(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Pairs of what stands once in front and what is repeated after it."""
    source = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    tree = parser.parse(text, pattern.flags & ~re.DEBUG)
    prefixes = list(dict.fromkeys(_prefixes(tree)))[:_PREFIXES]
    letters = list(dict.fromkeys([*_letters(tree), *_USUAL]))[:_LETTERS]
    yield from (("", letter) for letter in letters)
    for prefix in prefixes:
        yield "", prefix
        for letter in letters:
            yield prefix, letter
            yield "", prefix + letter


def _prefixes(tree: Any) -> Iterator[str]:
    """An example of what matches, cut off after each of its parts; of each branch."""
    so_far = [""]
    for item in tree:
        longer = []
        for told in _examples(item):
            for before in so_far:
                yield before + told
                longer.append(before + told)
        so_far = list(dict.fromkeys(longer))[:6] or so_far


def _examples(item: Any) -> list[str]:
    operator, value = item
    if operator is sre.LITERAL:
        return [chr(value)]
    if operator is sre.NOT_LITERAL:
        return ["a" if value != ord("a") else "b"]
    if operator is sre.IN:
        return [_member(value)]
    if operator is sre.ANY:
        return ["a"]
    if operator is sre.CATEGORY:
        return [_CATEGORIES.get(value, "a")]
    if operator is sre.BRANCH:
        return [told for branch in value[1] for told in _whole(branch)][:6]
    if operator is sre.SUBPATTERN:
        return _whole(value[-1])
    if operator in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
        least, _, inner = value
        return [told * max(1, min(least, 40)) for told in _whole(inner)]
    return [""]


def _whole(tree: Any) -> list[str]:
    so_far = [""]
    for item in tree:
        so_far = [before + told for before in so_far for told in _examples(item)][:6]
    return so_far


def _member(members: Any) -> str:
    """A character that a class accepts."""
    if members and members[0][0] is sre.NEGATE:
        refused = parser.SubPattern(parser.State(), [(sre.IN, members[1:])])
        kept = re.compile("[^" + "".join(map(_in_class, refused.data[0][1])) + "]", re.DOTALL)
        return next((one for one in "a0 -<\n;x" if kept.match(one)), "\u0101")
    operator, value = members[0]
    if operator is sre.RANGE:
        return chr(value[0])
    if operator is sre.CATEGORY:
        return _CATEGORIES.get(value, "a")
    return chr(value)


def _in_class(member: Any) -> str:
    operator, value = member
    if operator is sre.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    if operator is sre.CATEGORY:
        return {"0": r"\d", " ": r"\s", "-": r"\W"}.get(_CATEGORIES.get(value, ""), r"\w")
    return re.escape(chr(value))


def _letters(tree: Any) -> Iterator[str]:
    """A character of each class and literal that is repeated anywhere, then of the others."""
    once: list[str] = []
    for item in tree:
        operator, value = item
        inner: list[Any] = []
        if operator in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            yield from (told[:1] for told in _whole(value[2]) if told)
            inner = [value[2]]
        elif operator is sre.BRANCH:
            inner = value[1]
        elif operator is sre.SUBPATTERN:
            inner = [value[-1]]
        elif operator in {sre.ASSERT, sre.ASSERT_NOT}:
            inner = [value[1]]
        else:
            once += [told for told in _examples(item) if told]
        for part in inner:
            yield from _letters(part)
    yield from once
