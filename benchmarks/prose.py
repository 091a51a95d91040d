"""Text generator: as many distinct news texts as a crawl needs, in the words of the demo's own.

A chain of words learnt from the demo's stories: what follows a word there mostly follows it here.
No two texts are alike, and they share as few runs of words as real reports of one week do.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from replica.outlets import OUTLETS
from replica.story import Story, StoryKind, load_stories

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from replica.outlets import ReplicaOutlet

_END = ""  # stands before the first word and after the last
_PARAGRAPHS = (8, 14)
_SENTENCES = (2, 4)
_HEADLINE = (6, 12)  # words
_LONGEST = 38  # words of a sentence
_LEAP = 0.25  # of the words follow nothing: a few stories alone would repeat their phrases
_ON_TOPIC = 25  # one story in so many is about the watched subject
_RUSSIAN = 4  # one story in so many


@dataclass(frozen=True, slots=True)
class Chain:
    """Word -> the words that followed it; `_END` opens and closes a sentence."""

    following: Mapping[str, Sequence[str]]
    words: Sequence[str]

    @classmethod
    def of(cls, paragraphs: Iterable[str]) -> Chain:
        following: dict[str, list[str]] = defaultdict(list)
        for paragraph in paragraphs:
            before = _END
            for word in paragraph.split():
                if "{" in word or not word.strip(".,;:!?"):  # the place of a date, and its stop
                    continue
                following[before].append(word)
                before = _END if word.endswith((".", "!", "?")) else word
            if before != _END:
                following[before].append(_END)
        words = [word for word in following if word]
        return cls(following, words)

    def sentence(self, dice: random.Random) -> str:
        words: list[str] = []
        word = dice.choice(self.following[_END])
        while word and len(words) < _LONGEST:
            words.append(word)
            if word.endswith((".", "!", "?")):
                break
            leap = dice.random() < _LEAP
            word = dice.choice(self.words if leap else self.following[word])
        text = " ".join(words)
        return text if text.endswith((".", "!", "?")) else text.rstrip(",;:") + "."

    def headline(self, dice: random.Random) -> str:
        words: list[str] = []
        while len(words) < _HEADLINE[0]:
            words += self.sentence(dice).split()
        return " ".join(words[: dice.randint(*_HEADLINE)]).rstrip(".,;:–- ")


def write(count: int, *, seed: int) -> Iterator[Story]:
    """`count` stories of the replica's outlets, the same ones for the same seed."""
    dice = random.Random(seed)
    known = load_stories()
    chains = {
        (language, on_topic): Chain.of(
            paragraph
            for story in known
            if story.language == language
            and (story.kind is StoryKind.COOPERATION) == on_topic
            and story.kind is not StoryKind.BROKEN
            and not story.reprint_of
            for paragraph in story.paragraphs
        )
        for language in ("en", "ru")
        for on_topic in (False, True)
    }
    for number in range(count):
        language = "ru" if number % _RUSSIAN == _RUSSIAN - 1 else "en"
        chain = chains[language, number % _ON_TOPIC == 0]
        outlet = dice.choice([o for o in OUTLETS if o.language == language])
        yield _story(f"bench-{seed}-{number}", chain, outlet, dice)


def _story(name: str, chain: Chain, outlet: ReplicaOutlet, dice: random.Random) -> Story:
    paragraphs = tuple(
        " ".join(chain.sentence(dice) for _ in range(dice.randint(*_SENTENCES)))
        for _ in range(dice.randint(*_PARAGRAPHS))
    )
    return Story(
        id=name,
        outlet=outlet.name,
        kind=StoryKind.OTHER,
        language=outlet.language,
        title=chain.headline(dice),
        paragraphs=paragraphs,
        place="MINSK" if outlet.language == "en" else "МИНСК",
        author="",
        dateline=outlet.name,
        minutes_ago=dice.randint(1, 600),
    )
