"""Every regular expression that meets outside text takes time in proportion to the text.

All compiled patterns of the rooms below are found by themselves, and those that are written into a
call. Each is given inputs that are made from it: runs of each class of its characters, repeated
beginnings of what it matches, and endings that just miss. Twice as much of one may take 2.5 times
as long.
"""

from __future__ import annotations

import ast
import importlib
import math
import pkgutil
import re
import signal
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.doubles.adversarial import inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

ROOMS = (
    "crawler.discovery",
    "crawler.crawl",
    "crawler.daemon",
    "crawler.model",
    "crawler.schedule",
    "pipelines.extraction",
    "pipelines.rules",
    "pipelines.stories",
    "pipelines.follow_up",
    "spiders",
    "alerts",
)
GROWTH = 2.5
FLOOR = 0.005  # seconds: what is done sooner is not measured well enough to be judged
SIZE = 2_000  # characters
PATIENCE = 1.0  # seconds for one input
HOPELESS = 0.1  # seconds for SIZE characters
END = "\x01"  # what just misses
_ANCHORED = {"match", "fullmatch"}


class Found(NamedTuple):
    """A pattern, and the methods that its module calls on it; none where that cannot be seen."""

    where: str
    pattern: re.Pattern[Any]
    called: frozenset[str]


def modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        package = importlib.import_module(room)
        yield package
        for one in pkgutil.walk_packages(package.__path__, f"{room}."):
            yield importlib.import_module(one.name)


def within(value: object, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict) and depth < 3:
        for one in value.values():
            yield from within(one, depth + 1)
    elif isinstance(value, tuple | list | set | frozenset) and depth < 3:
        for one in value:
            yield from within(one, depth + 1)


def calls(tree: ast.Module) -> dict[str, set[str]]:
    """The methods that are called, or passed on, of each name in a module."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found[node.value.id].add(node.attr)
    return found


def written_into_calls(tree: ast.Module) -> Iterator[tuple[re.Pattern[Any], str]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        whose = node.func.value
        if not (isinstance(whose, ast.Name) and whose.id == "re") or node.func.attr == "compile":
            continue
        if node.args and isinstance(node.args[0], ast.Constant):
            text = node.args[0].value
            if isinstance(text, str | bytes):
                yield re.compile(text), node.func.attr


def patterns() -> list[Found]:
    found: dict[tuple[object, int, frozenset[str]], Found] = {}
    for module in modules():
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        called = calls(tree)
        for name, value in vars(module).items():
            for pattern in within(value):
                how = frozenset(called[name]) if isinstance(value, re.Pattern) else frozenset()
                one = Found(f"{module.__name__}.{name}", pattern, how)
                found.setdefault((pattern.pattern, pattern.flags, how), one)
        for pattern, how_called in written_into_calls(tree):
            one = Found(f"{module.__name__}: {pattern.pattern!r}", pattern, frozenset([how_called]))
            found.setdefault((pattern.pattern, pattern.flags, one.called), one)
    return list(found.values())


FOUND = patterns()


def test_the_patterns_of_every_room_are_found() -> None:
    rooms = {room for room in ROOMS for one in FOUND if one.where.startswith(room)}
    assert rooms >= {"crawler.discovery", "crawler.model", "pipelines.extraction", "alerts"}
    assert len(FOUND) > 80


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.where)
def test_a_pattern_takes_time_in_proportion_to_the_text(one: Found) -> None:
    for work, told in worst(one):
        grown = growth(work)
        assert grown <= GROWTH, f"{one.pattern.pattern!r}: {grown:.1f} times on twice {told}"


@pytest.mark.parametrize("text", [r"\s*<\?xml", r"<([^>]*)>", r"(?:a+)+b", r"\s*\s*$"])
def test_what_is_not_linear_is_seen(text: str) -> None:
    found = Found(text, re.compile(text), frozenset())
    assert any(growth(work) > GROWTH for work, _ in worst(found))


def worst(one: Found) -> Iterator[tuple[Callable[[int], Callable[[], object]], str]]:
    search = _anchored if one.called and one.called <= _ANCHORED else _everywhere
    binary = isinstance(one.pattern.pattern, bytes)
    for first, again in inputs(one.pattern):

        def work(size: int, first: str = first, again: str = again) -> Any:
            text = first + again * (size // max(1, len(again))) + END
            given: Any = text.encode("utf-8") if binary else text
            return lambda: search(one.pattern, given)

        yield work, f"{first!r} + {again!r} * n + {END!r}"


def growth(work: Callable[[int], Callable[[], object]]) -> float:
    """How many times as long twice as much takes; 1 where it is too quick to tell."""
    first = seconds(work(SIZE))
    if first >= HOPELESS:
        return math.inf
    if first < FLOOR:
        return 1.0
    # Somebody else may have the processor meanwhile: the best of several.
    return seconds(work(4 * SIZE), 3) / seconds(work(2 * SIZE), 3)


def seconds(work: Callable[[], object], tries: int = 1) -> float:
    best = float("inf")
    for _ in range(tries):
        began = time.thread_time()
        with given_up_after(PATIENCE):
            work()
        best = min(best, time.thread_time() - began)
    return best


@contextmanager
def given_up_after(limit: float) -> Iterator[None]:
    """An exponential one would never end; its time until here counts."""

    class Over(Exception):
        pass

    def over(*_: object) -> None:
        raise Over

    was = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    except Over:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, was)


def _anchored(pattern: re.Pattern[Any], text: Any) -> None:
    pattern.match(text)
    pattern.fullmatch(text)


def _everywhere(pattern: re.Pattern[Any], text: Any) -> None:
    for _ in pattern.finditer(text):
        pass
