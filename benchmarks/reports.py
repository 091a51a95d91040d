"""Text generator: reports for an index, with words as frequent as they are in news.

Words are drawn by Zipf's law, so that a text has its few rare ones and a title names some of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.stories.shingles import term_weight_table

if TYPE_CHECKING:
    from collections.abc import Callable

_SYLLABLES = [one + two for one in "bdklm" for two in "aeiou"]
_VOCABULARY = 60_000
_WORDS = (180, 520)  # of a text
_SUBJECTS = 6  # rare words that a report keeps coming back to
_NAMES_FROM = 600  # the place of the most frequent name among the words
_FOOTERS = 40  # outlets, each with a text of its own under every report


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    text: str


class Press:
    """Reports, and what becomes of them in other outlets; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        frequent = sorted(
            (told, term) for term, told in term_weight_table().items() if term.isalpha()
        )
        invented = (self._word(number) for number in range(_VOCABULARY))
        self.words = [*(term for _, term in frequent if term.isascii()), *invented][:_VOCABULARY]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))
        self._footers = [self._run(40) for _ in range(_FOOTERS)]

    def report(self) -> Report:
        subjects = [self.subject() for _ in range(_SUBJECTS)]
        words = self._run(self.dice.randint(*_WORDS)).split()
        for place in range(0, len(words), 15):
            words[place] = self.dice.choice(subjects)
        title = " ".join([*subjects[:3], *self._run(4).split()])
        return Report(title, f"{' '.join(words)} {self.dice.choice(self._footers)}")

    def subject(self) -> str:
        """A name: some are in many reports of a month, most in few."""
        return self.words[int(_NAMES_FROM * self.dice.paretovariate(0.8)) % _VOCABULARY]

    def reprints(self) -> dict[str, Callable[[Report], Report]]:
        """What may be done to a text that is carried by another outlet."""
        return {
            "whole": lambda report: report,
            "cut to a half": lambda report: self._cut(report, 0.5),
            "cut to a quarter": lambda report: self._cut(report, 0.25),
            "head and tail added": self._added,
            "lightly edited": self._edited,
        }

    def _cut(self, report: Report, share: float) -> Report:
        words = report.text.split()
        return Report(self._run(7), " ".join(words[: int(len(words) * share)]))

    def _added(self, report: Report) -> Report:
        return Report(self._run(7), f"{self._run(25)} {report.text} {self._run(40)}")

    def _edited(self, report: Report) -> Report:
        """One word in forty is another one, one in a hundred is gone."""
        words = [
            self._run(1) if self.dice.random() < 1 / 40 else word
            for word in report.text.split()
            if self.dice.random() >= 1 / 100
        ]
        return Report(report.title, " ".join(words))

    def _run(self, count: int) -> str:
        return " ".join(self.dice.choices(self.words, cum_weights=self._weights, k=count))

    def _word(self, number: int) -> str:
        # Every word is another one.
        syllables = []
        number += len(_SYLLABLES)
        while number:
            number, place = divmod(number, len(_SYLLABLES))
            syllables.append(_SYLLABLES[place])
        return "".join(syllables)
