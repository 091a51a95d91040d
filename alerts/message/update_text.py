"""Say what became of a story after it was told: in its message a line, in its thread the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.message.escaping import clean, clip
from alerts.message.evidence_quotes import Span
from crawler.model.story_status import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.model.story_status import StoryEvent, StoryStatus

TURN_ICON = "↳"
_NAMED = 12  # outlets named; the rest are counted
_NAMES = 300
_SENTENCE = 300
_FIGURES = 200


def standing(now: StoryStatus) -> Iterator[str]:
    """What happened to a story since: is it gone, who carries it, how often was it changed."""
    if now.withdrawn:
        yield f"Withdrawn: {clip(clean(now.withdrawn), _NAMES)}"
    if now.outlets:
        names = dict.fromkeys(clean(outlet.name) for outlet in now.outlets)
        listed = clip(", ".join(list(names)[:_NAMED]), _NAMES)
        more = ", …" if len(names) > _NAMED else ""
        counted = _count(len(now.outlets), "outlet")
        yield f"Also carried by {counted}, {now.independent} independent: {listed}{more}"
    told = [
        f"revised {_times(now.revised)}" if now.revised else "",
        _count(now.related, "related story", "related stories") if now.related else "",
    ]
    if any(told):
        yield f"{', '.join(one for one in told if one)}: see the thread".capitalize()


def happened(turn: StoryEvent, outlet: str) -> str:
    """A turn in one line."""
    if turn.what is EventKind.REPRINT:
        said = f"Also carried by {outlet}" + (", independent" if turn.independent else "")
        return said if turn.independent or not turn.again else f"{said}: {turn.again}"
    if turn.what is EventKind.REVISION:
        return f"Revised by {outlet}" + (f": {turn.again}" if turn.again else "")
    if turn.what is EventKind.WITHDRAWAL:
        return f"Withdrawn by {outlet}: {clip(clean(turn.said), _NAMES)}"
    return f"Related story, by {outlet}" + (", independent" if turn.independent else "")


def different(turn: StoryEvent) -> Iterator[tuple[Span, ...]]:
    """What a revision changed, one difference a line."""
    if turn.earlier_title:
        yield _labelled("Headline was:", clip(clean(turn.earlier_title), _SENTENCE))
    yield from (_labelled("Removed:", said) for said in _clipped(turn.removed))
    yield from (_labelled("Added:", said) for said in _clipped(turn.added))
    went, came = (
        clip(", ".join(map(clean, figures)), _FIGURES)
        for figures in (turn.figures_removed, turn.figures_added)
    )
    if went or came:
        yield _labelled("Numbers:", f"{went or 'none'} → {came or 'none'}")
    if turn.what is EventKind.REVISION and not (turn.earlier_title or turn.removed or turn.added):
        yield (Span(text="The same sentences in another order"),)


def _clipped(sentences: Iterable[str]) -> Iterator[str]:
    return (said for one in sentences if (said := clip(clean(one), _SENTENCE)))


def _labelled(label: str, words: str) -> tuple[Span, ...]:
    return Span(text=label, bold=True), Span(text=f" {words}")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
