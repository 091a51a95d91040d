"""Compare an article with the stored ones that may be like it. Pure: it can run in any process."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pipelines.stories.shingles import shingled
from pipelines.stories.verdict import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.stories.shingles import ShingledText
    from pipelines.stories.verdict import Verdict

_FRAME = 3  # stories: a run of words that stands in so many others is a frame, and tells nothing


class ComparedArticle(NamedTuple):
    """A stored article, as far as it is compared."""

    story_id: int
    title: str
    text: str


def compare(title: str, text: str, others: Sequence[ComparedArticle]) -> list[Verdict]:
    """What each of the others is to the article."""
    reading = shingled(title, text)
    readings = [shingled(other.title, other.text) for other in others]
    frame = _frame(reading, [(o.story_id, r) for o, r in zip(others, readings, strict=True)])
    return [judge(reading, other, frame) for other in readings]


def _frame(reading: ShingledText, others: Sequence[tuple[int, ShingledText]]) -> frozenset[int]:
    """The runs of words that several stories have: an outlet's footer, a form that is filled in.

    What is a reprint of this text is in one story, and so counts once.
    """
    if len({story for story, _ in others}) < _FRAME:
        return frozenset()
    stories: dict[int, set[int]] = {}
    for story, other in others:
        stories.setdefault(story, set()).update(reading.shingles & other.shingles)
    counted = Counter(chain.from_iterable(stories.values()))
    return frozenset(run for run, count in counted.items() if count >= _FRAME)
