"""Page quality: do the newest pages of a source look like those before, in text, dates, delay?"""

from __future__ import annotations

from collections import Counter
from statistics import median, quantiles
from typing import TYPE_CHECKING

from crawler.health.baseline.norms import NEWEST
from crawler.model.observation import REPEATED_TEXT, STORED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.health.baseline.norms import PageNorm
    from crawler.model.observation import PageObservation

_LEARNED = 50  # pages before the newest
_SHORT = 0.3  # of the usual length
_DATED = 0.8  # a source of whose pages at least so many have dates
_SAME = 5  # of the newest pages with one and the same text
_REJECTED, _RARELY = 0.6, 0.2  # share of the newest; share before, at most
_FEW = 10  # delays, at least: the median of fewer is chance
_AHEAD = -5 * 60  # seconds
_ZONE = 30 * 60
_OFF = 45 * 60
_NEAR = 10 * 60  # a zone error is a whole number of half hours, give or take
_SPREAD = 45 * 60  # between the quartiles; polls come up to an hour apart
_IMPOSSIBLE = 0.5  # share of the entries
_ENTRIES = 5
# What tells one drift from another.
_CANNOT_BE = "entries have dates that cannot be"
_AFTER = "after we saw them"


def broken_extraction(recent: Sequence[PageObservation], usual: PageNorm) -> str:
    """What is wrong with the extraction of the newest pages, with figures; "" where nothing is."""
    learned = _broken(recent, usual) if usual.settled >= _LEARNED else ()
    return "; ".join((*_repeated(recent), *learned))


def _broken(recent: Sequence[PageObservation], usual: PageNorm) -> Iterator[str]:
    stored = [page for page in recent if page.outcome == STORED][-NEWEST:]
    newest = recent[-NEWEST:]
    if len(stored) == NEWEST and usual.stored:
        length = median(page.characters for page in stored)
        if length < _SHORT * usual.characters:
            yield (
                f"the bodies of the newest {NEWEST} pages have {length:.0f} characters (median); "
                f"{usual.characters:.0f} are usual"
            )
        dated = sum(page.dated for page in stored)
        if usual.dated >= _DATED and dated < usual.dated / 2 * NEWEST:
            yield f"{dated} of the newest {NEWEST} pages have a date; {usual.dated:.0%} is usual"
    refused = Counter(page.outcome for page in newest if page.was_rejected)
    share = refused.total() / NEWEST
    if len(newest) == NEWEST and share >= _REJECTED and usual.rejected < _RARELY:
        (why, _), *_ = refused.most_common(1)
        yield (
            f"{refused.total()} of the newest {NEWEST} pages were rejected, most of them as "
            f"{why}; {usual.rejected:.0%} is usual"
        )


def _repeated(recent: Sequence[PageObservation]) -> Iterator[str]:
    """No norm is needed for this: pages that all say the same are no articles."""
    newest = recent[-NEWEST:]
    by_text = Counter(page.text for page in newest if page.text)
    by_story = Counter(page.story for page in newest if page.story)
    refused = sum(page.outcome == REPEATED_TEXT for page in newest)
    same = max((*by_text.values(), *by_story.values()), default=0) + refused
    if same >= _SAME:
        yield f"{same} of the newest {len(newest)} pages have one and the same text"


def drifted_dates(recent: Sequence[PageObservation], usual: PageNorm) -> str:
    """What is wrong with the dates of the newest pages; "" where nothing is."""
    delays = [page.delay for page in recent if page.delay is not None][-NEWEST:]
    if len(delays) < _FEW:
        return ""
    middle = median(delays)
    pages = f"the newest {len(delays)} pages"
    if middle < _AHEAD:
        return f"{pages} are dated {-middle / 60:.0f} min {_AFTER} (median)"
    shift = middle - usual.delay
    first, _, third = quantiles(delays, n=4)
    near = abs(shift - _ZONE * round(shift / _ZONE)) <= _NEAR
    if usual.timed >= _LEARNED and abs(shift) >= _OFF and near and third - first <= _SPREAD:
        return (
            f"{pages} are dated {middle / 60:.0f} min before we saw them (median); "
            f"{usual.delay / 60:.0f} min is usual: the zone of the dates may have changed"
        )
    return ""


def impossible_dates(refused: int, entries: int) -> str:
    """Detail of a poll's entries of which so many have a date that cannot be."""
    if entries >= _ENTRIES and refused >= _IMPOSSIBLE * entries:
        return f"{refused} of {entries} {_CANNOT_BE}"
    return ""


def dates_are_right(
    recent: Sequence[PageObservation], before: PageNorm, *, was: str, refused: int, entries: int
) -> bool:
    """Whether a drift that was told as `was` is seen to be over; that time passed is no sign.

    `before` is the norm from before it: by now, the drift itself may have become usual.
    """
    if _CANNOT_BE in was:
        return entries >= _ENTRIES and not impossible_dates(refused, entries)
    delays = [page.delay for page in recent if page.delay is not None][-NEWEST:]
    if len(delays) < _FEW or median(delays) < _AHEAD:
        return False
    if before.timed < _LEARNED:
        return _AFTER in was
    return abs(median(delays) - before.delay) < _OFF
