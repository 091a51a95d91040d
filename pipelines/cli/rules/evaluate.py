"""Evaluation of the rules on labelled articles: precision, recall, and which were confused."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from pipelines.cli.rules import match_stream

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.model.items import Match
    from pipelines.rules import RuleSet

LABELS = frozenset({"hit", "not", "unsure"})


@dataclass(slots=True)
class Tally:
    """How often a judgement was right: hits found and missed, others flagged and left alone."""

    found: int = 0
    missed: int = 0
    noise: int = 0
    quiet: int = 0

    def add(self, *, wanted: bool, flagged: bool) -> None:
        name = ("found" if flagged else "missed") if wanted else ("noise" if flagged else "quiet")
        setattr(self, name, getattr(self, name) + 1)

    @property
    def precision(self) -> float:
        return _share(self.found, self.noise)

    @property
    def recall(self) -> float:
        return _share(self.found, self.missed)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """An article that was judged otherwise than its label says, and why where it was flagged."""

    kind: str  # "missed" or "noise"
    id: str
    language: str
    title: str
    why: str


@dataclass(slots=True, kw_only=True)
class Score:
    """`groups` holds tallies by what was counted: all, "rule x", "topic x", "language x"."""

    groups: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    confused: list[Confusion] = field(default_factory=list)
    unsure: int = 0


def read(path: Path) -> list[bytes]:
    """The lines of a file of labelled articles. Raises `Unusable`."""
    try:
        return path.read_bytes().splitlines()
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}") from None


def score(rule_set: RuleSet, lines: Iterable[bytes], *, name: str) -> Score:
    """Judge each line of what errors call `name`; raises `Unusable` for one that is no labelled
    article.

    A line is what `rules match` reads, and `label`: "hit", "not", or "unsure", which is left out.
    `rules` may name the rules that should fire; without it, any may. `topics` are of the label.
    """
    scored = Score()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            article, values = match_stream.parse(line), json.loads(line)
        except match_stream.InvalidLine as error:
            raise Unusable(f"{name}:{number}: {error}") from None
        if values.get("label") not in LABELS:
            raise Unusable(f'{name}:{number}: expected "label" to be "hit", "not" or "unsure"')
        if values["label"] == "unsure":
            scored.unsure += 1
            continue
        matches = rule_set.match(
            article.title, article.text, article.language, source=article.source
        ).matches
        _count(scored, rule_set, article, values, matches)
    return scored


def _count(
    scored: Score,
    rule_set: RuleSet,
    article: match_stream.ArticleLine,
    values: dict[str, object],
    matches: tuple[Match, ...],
) -> None:
    wanted, flagged = values["label"] == "hit", bool(matches)
    topics = values.get("topics")
    groups = ["all", f"language {article.language or '?'}"]
    if wanted and isinstance(topics, list):
        groups += [f"topic {topic}" for topic in topics]
    for group in groups:
        scored.groups[group].add(wanted=wanted, flagged=flagged)
    named = values.get("rules")
    fired = {match.rule for match in matches}
    for rule in rule_set.rules:
        expected = wanted and (rule.id in named if isinstance(named, list) else True)
        scored.groups[f"rule {rule.id}"].add(wanted=expected, flagged=rule.id in fired)
    if wanted != flagged:
        scored.confused.append(
            Confusion(
                kind="missed" if wanted else "noise",
                id=str(article.id if article.id is not None else ""),
                language=article.language,
                title=article.title or article.text[:80],
                why=matches[0].reason if matches else str(values.get("reason", "")),
            )
        )


def _share(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else 0.0
