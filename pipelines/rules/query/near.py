"""Proximity: which occurrences stand close together, by work that the distance bounds."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from pipelines.rules.query.article_view import reading_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.rules.matching.article_text import Span

Tagged = tuple["Span", int]  # a sighting and which of the operands it is of


def closest(operands: Sequence[Sequence[Span]], distance: int) -> Iterator[tuple[Span, ...]]:
    """One sighting of each, no two at one place; from the end of the first to the beginning of the
    last are at most so many words. Each sighting leads one group at most.
    """
    tagged: list[Tagged] = [(one, index) for index, found in enumerate(operands) for one in found]
    tagged.sort(key=lambda pair: (*reading_order(pair[0]), pair[1]))
    for begin in range(len(tagged)):
        if group := _group(tagged, begin, len(operands), distance):
            yield group


def _group(
    tagged: Sequence[Tagged], begin: int, size: int, distance: int
) -> tuple[Span, ...] | None:
    first = tagged[begin][0]
    chosen: dict[int, Span] = {}
    end = -1
    for index in range(begin, len(tagged)):
        one, operand = tagged[index]
        if one.at - first.to > distance or (one.sentence < 0) != (first.sentence < 0):
            return None
        # Two lists may share a word; one word is no proof of two things.
        if operand not in chosen and one.start >= end:
            chosen[operand] = one
            end = one.end
            if len(chosen) == size:
                return tuple(chosen[number] for number in range(size))
    return None


def ordered(
    firsts: Sequence[Span], thens: Sequence[Span], distance: int
) -> Iterator[tuple[Span, Span]]:
    """Each of `firsts` with the nearest of `thens` after it, at most so many words on."""
    keys = [reading_order(one)[:2] for one in thens]
    for first in firsts:
        index = bisect_left(keys, (first.sentence >= 0, first.end))
        if index < len(thens):
            then = thens[index]
            if (then.sentence < 0) == (first.sentence < 0) and then.at - first.to <= distance:
                yield first, then


def joined(group: Sequence[Span]) -> Span:
    """From the first to the last of a group, as one sighting."""
    first = min(group, key=reading_order)
    last = max(group, key=lambda one: one.end)
    label = " ".join(one.label for one in sorted(group, key=reading_order))
    return first._replace(what=label, label=label, end=last.end, to=last.to)
