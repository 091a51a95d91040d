"""Decide whether a condition holds in an article, and where."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, cast

from pipelines.rules.reading import TITLE, Found, Sightings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipelines.rules.files import Condition, Scope

_ITEM = re.compile(r"(?:(?P<scope>title|lead|article):)?(?P<name>@?[^:]+)(?::(?P<least>[1-9]))?")
LEAD = 3  # sentences of the text that count as its lead, beside the title


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of the article in which a condition holds, with what it was found by."""

    sentence: int
    found: tuple[Found, ...]


def compound(firsts: Sequence[Found], thens: Sequence[Found], gap: int) -> Iterator[Found]:
    """Each of `firsts` joined with the nearest of `thens` after it, `gap` words between at most."""
    by_sentence: dict[int, list[Found]] = defaultdict(list)
    for then in thens:
        by_sentence[then.sentence].append(then)
    for sorted_by_place in by_sentence.values():
        sorted_by_place.sort(key=_start)
    for first in firsts:
        after = by_sentence[first.sentence]
        index = bisect_left(after, first.end, key=_start)
        if index < len(after) and after[index].at - first.to <= gap + 1:
            yield replace(first, end=after[index].end, to=after[index].to)


def _start(found: Found) -> int:
    return found.start


class Scene:
    """What was sighted in one article, arranged by scope."""

    def __init__(self, sightings: Mapping[str, Sequence[Found]]) -> None:
        by_sentence: dict[int, Sightings] = defaultdict(dict)
        for item, found in sightings.items():
            for one in found:
                by_sentence[one.sentence].setdefault(item, []).append(one)
        self._sentences = dict(sorted(by_sentence.items()))
        self._article: Sightings = {item: list(found) for item, found in sightings.items()}

    def places(self, condition: Condition) -> Iterator[Place]:
        """Each place where the condition holds, in reading order."""
        here = [name for scope, name, _ in map(parse, condition.all) if scope is None]
        for number, sightings in self._scopes(condition.within):
            if not all(name in sightings for name in here):  # most sentences end here
                continue
            if (found := self._holds(condition, sightings)) is not None:
                yield Place(sentence=number, found=found)

    def holds(self, condition: Condition) -> bool:
        return next(self.places(condition), None) is not None

    def _scopes(self, scope: Scope) -> Iterable[tuple[int, Sightings]]:
        match scope:
            case "sentence":
                return self._sentences.items()
            case "title":
                return [(TITLE, self._sentences.get(TITLE, {}))]
            case "lead":
                return [(TITLE, self._lead())]
            case "article":
                return [(TITLE, self._article)]

    def _lead(self) -> Sightings:
        lead: Sightings = {}
        for number, sightings in self._sentences.items():
            if number < LEAD:
                for item, found in sightings.items():
                    lead.setdefault(item, []).extend(found)
        return lead

    def _holds(self, condition: Condition, sightings: Sightings) -> tuple[Found, ...] | None:
        """What the condition was met by, or None."""
        if any(self._met(item, sightings) for item in condition.none):
            return None
        needed = [self._met(item, sightings) for item in condition.all]
        if not all(needed):
            return None
        either = [found for item in condition.any if (found := self._met(item, sightings))]
        if condition.any and not either:
            return None
        if condition.near:
            closest = _closest(needed, condition.near)
            if closest is None:
                return None
            return (*closest, *chain.from_iterable(either[:1]))
        shown = [found[: parse(item)[2]] for item, found in zip(condition.all, needed, strict=True)]
        return tuple(chain.from_iterable([*shown, *either[:1]]))

    def _met(self, item: str, sightings: Sightings) -> list[Found]:
        """The sightings of an item, where there are as many different ones as it asks for."""
        scope, name, least = parse(item)
        if scope:
            _, sightings = next(iter(self._scopes(scope)))
        found = sightings.get(name, [])
        if least == 1:
            return found
        different = {one.what: one for one in reversed(found)}
        return list(different.values())[::-1] if len(different) >= least else []


def is_possible(condition: Condition, present: Collection[str]) -> bool:
    """False where an item that must be found is not among those present, in whatever place."""
    return all(parse(item)[1] in present for item in condition.all) and (
        not condition.any or any(parse(item)[1] in present for item in condition.any)
    )


@cache
def parse(item: str) -> tuple[Scope | None, str, int]:
    """An item's scope, name and how many different ones it asks for: "title:@state:2"."""
    found = _ITEM.fullmatch(item)
    if found is None:
        raise ValueError(f"{item!r} is no item of a condition")
    return cast("Scope | None", found["scope"]), found["name"], int(found["least"] or 1)


def _closest(needed: Sequence[Sequence[Found]], words: int) -> tuple[Found, ...] | None:
    """One sighting of each, no two at one place, within so many words of one another."""
    tagged = sorted(
        ((one.start, index, one) for index, found in enumerate(needed) for one in found),
        key=lambda entry: entry[:2],
    )
    for begin, (_, _, first) in enumerate(tagged):
        chosen: dict[int, Found] = {}
        end = -1
        for start, index, one in tagged[begin:]:
            if one.to - first.at > words:
                break
            # Two groups may share a word; one word is no proof of two things.
            if index not in chosen and start >= end:
                chosen[index] = one
                end = one.end
                if len(chosen) == len(needed):
                    return tuple(chosen[index] for index in range(len(needed)))
    return None
