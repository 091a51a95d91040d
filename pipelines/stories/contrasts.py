"""Contrasts of two articles: a name, a number or a verb that stands in the other's place.

Forms that are filled in about two countries share nearly all their words. What sets them apart
is what differs in both at one place: the state, person or place, the number, the verb.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.stories.scripts import fold, romanised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.stories.shingles import ShingledText

_LONGEST_NAME = 5  # words; characters without spaces
_FEWEST = 3  # letters of a name
_LONGEST_TITLE = 60  # words: to compare two takes as many steps as one has words, times the other's
_RARE = 2.5  # the weight of a word that may be a name: more than a day of the week has
_RARE_UNCASED = 3.0  # the same where names are not written with a capital
_ALIKE = 0.6  # two spellings of one name
_SAME_WORDING = 0.6  # of two titles that differ by a "not"
_STEMS = range(12, 1, -1)  # letters
_CLITICS = 3  # of an Arabic word, before its stem
_NOT = frozenset(
    (
        *("not", "no", "never", "won't", "doesn't", "didn't", "isn't", "aren't", "don't", "can't"),
        *("не", "нет", "ни", "ні", "nicht", "kein", "keine", "ne", "pas", "non", "sin"),
        *("不", "未", "没", "无", "لا", "لن", "لم", "ليس", "نه", "نیست", "değil", "yok"),
        *("емес", "жоқ", "жок", "emes", "jok", "emas", "yo'q"),
    )
)
# Of how many were hurt, another number is what is known later.
_TOLL = (
    *("kill", "dead", "death", "die", "injur", "wound", "hurt", "casualt", "victim", "toll"),
    *("погиб", "убит", "ранен", "пострада", "жертв", "загину", "ölü", "ölen", "yaralı", "hayat"),
    *("muert", "herid", "víctim", "mort", "bless", "victime", "قتل", "قتيل", "جريح", "مقتل"),
    *("死", "伤", "遇难", "қаза", "жарала", "tote", "verletz", "halok", "yarador", "کشته", "زخمی"),
)


def contrast(one: ShingledText, other: ShingledText) -> str:
    """What the one has in place of what the other has; "" where they differ by neither name,
    number nor verb. Symmetric, but for the order of the words in what it says.
    """
    opposite = next(_opposites(one, other), "")
    if opposite:
        return opposite
    swapped = tuple(_swaps(one, other))
    in_text = [(here, there) for here, there, in_title in swapped if not in_title]
    for here, there, in_title in swapped:
        twice = in_title and (here, there) in in_text
        if (
            (_is_name(one, here) and _is_name(other, there))
            if one.capitals and other.capitals
            # Names have no capitals here: what is a synonym in the title is none in the text.
            else twice and _is_rare(one, here) and _is_rare(other, there)
        ):
            if not _is_spelling(here, there):
                return f"{' '.join(here)} / {' '.join(there)}"
        elif (
            in_title
            and (_is_number(one, here) and _is_number(other, there))
            and not (_is_toll(one) and _is_toll(other))
        ):
            return f"{' '.join(here)} / {' '.join(there)}"
    return ""


def _swaps(
    one: ShingledText, other: ShingledText
) -> Iterator[tuple[Sequence[str], Sequence[str], bool]]:
    """The words of either that stand in the same place, and that the other article lacks."""
    places = (
        (one.title_words[:_LONGEST_TITLE], other.title_words[:_LONGEST_TITLE], True),
        (one.opening, other.opening, False),
    )
    for mine, theirs, in_title in places:
        matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
        for what, a, b, c, d in matcher.get_opcodes():
            if what != "replace" or max(b - a, d - c) > _LONGEST_NAME:
                continue
            here, there = _lacked(one, other, mine[a:b]), _lacked(other, one, theirs[c:d])
            if here and there:
                yield here, there, in_title


def _lacked(own: ShingledText, other: ShingledText, words: Sequence[str]) -> Sequence[str]:
    """The words, without those that the other article has in some form."""
    if own.unspaced:
        run = "".join(words)
        return words if run and run not in other.unbroken else ()
    return [word for word in words if word not in other.vocabulary and not other.knows(word)]


def _is_name(own: ShingledText, words: Sequence[str]) -> bool:
    """A word that is rare, and written as names are."""
    return any(
        word in own.capitals and len(word) >= _FEWEST and own.weight_of(word) >= _RARE
        for word in words
    )


def _is_rare(own: ShingledText, words: Sequence[str]) -> bool:
    if own.unspaced:
        return len(words) > 1 and not words[0][0].isdecimal()
    return any(
        len(word) >= _FEWEST and not word[0].isdecimal() and own.weight_of(word) >= _RARE_UNCASED
        for word in words
    )


def _is_number(own: ShingledText, words: Sequence[str]) -> bool:
    return any(word[0].isdecimal() and word in own.words for word in words)


def _is_toll(reading: ShingledText) -> bool:
    words = (*reading.title_words, *reading.opening)
    return any(word.startswith(_TOLL) for word in words)


def _is_spelling(here: Sequence[str], there: Sequence[str]) -> bool:
    """Two spellings or two forms of one name."""
    mine, theirs = (romanised(" ".join(words)) for words in (here, there))
    if mine[:_FEWEST] == theirs[:_FEWEST] and (mine in theirs or theirs in mine):
        return True
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= _ALIKE


# -- verbs --------------------------------------------------------------------------------------


def _opposites(one: ShingledText, other: ShingledText) -> Iterator[str]:
    mine, theirs = _sides(one), _sides(other)
    for (group, side), word in mine.items():
        if (group, not side) in mine or (group, side) in theirs:
            continue
        if (group, not side) in theirs:
            yield f"{word} / {theirs[group, not side]}"
    if _negated(one.title_words, other.title_words) and (
        _NOT.isdisjoint(one.opening) is not _NOT.isdisjoint(other.opening)
    ):
        yield "not"


def _sides(reading: ShingledText) -> Mapping[tuple[int, bool], str]:
    """Of each pair of meanings, the side that the title takes, and the word that says so."""
    found: dict[tuple[int, bool], str] = {}
    words = reading.title_words
    if reading.unspaced:
        words = [one + two for one, two in pairwise(words)]
    for word in words:
        for meaning in _meanings(word):
            found.setdefault(meaning, word)
    return found


@lru_cache(maxsize=10_000)
def _meanings(word: str) -> tuple[tuple[int, bool], ...]:
    stems = _stems()
    starts = range(_CLITICS) if "\u0600" <= word[0] <= "\u06ff" else range(1)
    for start in starts:
        for length in _STEMS:
            if (stem := word[start : start + length]) in stems and len(stem) == length:
                return stems[stem]
    return ()


def _negated(one: Sequence[str], other: Sequence[str]) -> bool:
    """Two titles of nearly the same words, of which one has a negation."""
    if _NOT.isdisjoint(one) is _NOT.isdisjoint(other):
        return False
    mine, theirs = one[:_LONGEST_TITLE], other[:_LONGEST_TITLE]
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= _SAME_WORDING


@lru_cache(maxsize=1)
def _stems() -> Mapping[str, tuple[tuple[int, bool], ...]]:
    """Beginning of a word -> (number of the pair, which side of it), of each that it belongs to."""
    lines = files("pipelines.stories").joinpath("opposites.tsv").read_text(encoding="utf-8")
    found: dict[str, tuple[tuple[int, bool], ...]] = {}
    pairs = (line for line in lines.splitlines() if not line.startswith("#"))
    for group, line in enumerate(pairs):
        for side, stems in enumerate(line.split("\t")):
            for stem in map(fold, stems.split()):
                for spelling in {stem, romanised(stem)} if not stem.isascii() else {stem}:
                    found[spelling] = (*found.get(spelling, ()), (group, bool(side)))
    return found
