"""Quote the sentences that made rules fire, with the terms that were found marked in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.message.escaping import ELLIPSIS, clean, clip, cost

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.model.items import Evidence, Match

SENTENCES = 3
ROOM = 700  # escaped characters of one quotation
_BEFORE = 120  # characters kept before the first term of a sentence that is cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of clean text that looks the same throughout."""

    text: str
    bold: bool = False
    url: str = ""


def quotations(matches: Iterable[Match]) -> list[tuple[Span, ...]]:
    """The most telling sentences, in the order in which they were written."""
    sentences: dict[tuple[str, int, str], list[Evidence]] = {}
    for match in matches:
        for found in match.evidence:
            place = (found.part, found.sentence_start, found.sentence)
            sentences.setdefault(place, []).append(found)
    # The headline is shown already; it is quoted only where nothing else can be.
    chosen = {key: found for key, found in sentences.items() if key[0] == "text"} or sentences
    telling = sorted(chosen, key=lambda key: (-len({e.term for e in chosen[key]}), key[1]))
    shown = sorted(telling[:SENTENCES], key=lambda key: key[1])
    return [spans for key in shown if (spans := _mark(key[2], _ranges(chosen[key])))]


def _ranges(found: Sequence[Evidence]) -> list[tuple[int, int]]:
    """Where the terms are in their sentence; overlapping ones joined, false offsets left out."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((e.start - e.sentence_start, e.end - e.sentence_start) for e in found):
        if not 0 <= start < end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _mark(sentence: str, ranges: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in ranges:
        pieces += [(sentence[at:start], False), (sentence[start:end], True)]
        at = max(at, end)
    pieces.append((sentence[at:], False))
    return _fit(_cleaned(pieces))


def _cleaned(pieces: Iterable[tuple[str, bool]]) -> list[Span]:
    """Clean each piece, and keep the one blank between two of them that `clean` strips."""
    spans: list[Span] = []
    blank = False
    for raw, bold in pieces:
        text = clean(raw)
        before = blank or (bool(raw) and raw[0].isspace())
        blank = (bool(raw) and raw[-1].isspace()) or (blank and not text)
        if not text:
            blank = before or blank
            continue
        if before and spans:
            spans.append(Span(text=" "))
        spans.append(Span(text=text, bold=bold))
    return spans


def _fit(spans: list[Span]) -> tuple[Span, ...]:
    if sum(cost(span.text) for span in spans) <= ROOM:
        return tuple(spans)
    first = next((n for n, span in enumerate(spans) if span.bold), 0)
    opening = "".join(span.text for span in spans[:first])
    if len(opening) > _BEFORE:
        _, _, kept = opening[-_BEFORE:].partition(" ")
        spans = [Span(text=f"{ELLIPSIS} {kept}"), *spans[first:]]
    fitted: list[Span] = []
    room = ROOM
    for span in spans:
        text = clip(span.text, room)
        fitted.append(Span(text=text, bold=span.bold))
        room -= cost(text)
        if text != span.text:
            break
    return tuple(span for span in fitted if span.text)
