"""Benchmark of the rules' precision and recall on labelled articles, and their speed.

`python -m benchmarks.flag LABELLED.jsonl` prints precision, recall and F1 per language, lists what
was missed and what was noise, and articles a second. One JSON object a line: `title`, `text`,
`lang`, `label` ("hit" or "not"; other labels are left out). `--receipts` adds why each noise fired.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.rules import RuleSet

ARTICLE = 3000  # characters of the texts that speed is measured on
SHOWN = 110


@dataclass(slots=True)
class HitTally:
    right: int = 0
    noise: int = 0
    missed: int = 0
    quiet: int = 0

    def line(self, name: str) -> str:
        found, wanted = self.right + self.noise, self.right + self.missed
        precision = self.right / found if found else 0.0
        recall = self.right / wanted if wanted else 0.0
        both = precision + recall
        f1 = 2 * precision * recall / both if both else 0.0
        return (
            f"{name:>5}  {wanted:>4} hits {self.noise + self.quiet:>4} not"
            f"   P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--lang", default="", help="only this language")
    parser.add_argument("--receipts", action="store_true", help="why each noise fired")
    article = parser.parse_args()
    began = time.perf_counter()
    rule_set = RuleSet.load()
    took = time.perf_counter() - began
    print(f"{len(rule_set.rules)} rules, {rule_set.patterns:,} patterns, loaded in {took:.2f} s")
    rows = [json.loads(line) for line in article.labelled.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if not article.lang or row["lang"] == article.lang]
    _quality(rule_set, rows, receipts=article.receipts)
    _speed(rule_set, rows)


def _quality(rule_set: RuleSet, rows: list[dict[str, Any]], *, receipts: bool) -> None:
    tallies: dict[str, HitTally] = defaultdict(HitTally)
    confused: list[str] = []
    for row in rows:
        if row["label"] not in {"hit", "not"}:
            continue
        matches = rule_set.match(row["title"], row["text"], row["lang"]).matches
        tally, hit = tallies[row["lang"]], row["label"] == "hit"
        if hit and matches:
            tally.right += 1
        elif hit or matches:
            kind = "missed" if hit else "noise"
            setattr(tally, kind, getattr(tally, kind) + 1)
            shown = (row["title"] or row["text"])[:SHOWN]
            why = f"\n         {matches[0].reason}" if matches and receipts else ""
            confused.append(f"{kind:>6} {row['lang']} {row.get('id', '')}  {shown!r}{why}")
        else:
            tally.quiet += 1
    for line in sorted(confused):
        print(line)
    for language, tally in sorted(tallies.items()):
        print(tally.line(language))


def _speed(rule_set: RuleSet, rows: list[dict[str, Any]]) -> None:
    texts = [row["text"][:ARTICLE] for row in rows if len(row["text"]) >= ARTICLE]
    if not texts:
        return
    began = time.perf_counter()
    done = 0
    while time.perf_counter() - began < 2:
        for text in texts:
            rule_set.match("", text)
        done += len(texts)
    rate = done / (time.perf_counter() - began)
    print(f"{rate:,.0f} articles of {ARTICLE} characters a second, one core")


if __name__ == "__main__":
    main()
