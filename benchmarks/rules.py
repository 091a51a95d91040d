"""Benchmark of the rules: articles a second, and how that depends on the number of patterns.

`python -m benchmarks.rules [FILE.jsonl]` prints articles a second with the rules that ship, then
microseconds an article for 1,000, 10,000 and 100,000 patterns, and how long these take to compile,
beside a compiled alternation of the `regex` library, spaCy's PhraseMatcher where it is installed,
and one `in` a pattern. Times are of the processor, one core, the best of several rounds. Articles
have 3,000 characters: the made stories of `benchmarks.prose`, one in 25 about the watched subject,
and those of FILE (lines with `text`), which may all be. Ours reads a pattern when its first word is
met: that falls into the first round, which is not the best.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import random
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from benchmarks.prose import write
from pipelines.rules import RuleSet
from pipelines.rules.inflection.form_cache import FormCache
from pipelines.rules.inflection.word_forms import Inflection
from pipelines.rules.text.tokens import fold
from pipelines.rules.vocabulary.lexicon import Lexicon
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.terms import patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ARTICLE = 3000  # characters
SIZES = (1_000, 10_000, 100_000)
ROUNDS = 7
_SLOW = 3  # articles for who takes milliseconds
_PATIENCE = 3.0  # seconds for all rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path, nargs="?", help="lines of JSON with `text`")
    article = parser.parse_args()
    texts = _made(200)
    rule_set = _load()
    _speed(rule_set, "made stories", texts)
    if article.labelled:
        lines = article.labelled.read_text(encoding="utf-8").splitlines()
        held = [json.loads(line)["text"][:ARTICLE] for line in lines]
        _speed(rule_set, article.labelled.name, [text for text in held if len(text) == ARTICLE])
    _growth(texts)


def _made(count: int) -> list[str]:
    stories = (" ".join(story.paragraphs) for story in write(count * 3, seed=7))
    return [text[:ARTICLE] for text in stories if len(text) >= ARTICLE][:count]


def _load() -> RuleSet:
    """Load the rules that ship with an empty cache and with a full one."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = folder
        for _ in range(2):
            began = time.process_time()
            rule_set = RuleSet.load()
            took.append(time.process_time() - began)
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before
    print(
        f"{len(rule_set.rules)} rules, {rule_set.patterns:,} patterns: loaded in {took[0]:.2f} s, "
        f"{took[1]:.2f} s with the cache"
    )
    return rule_set


def _speed(rule_set: RuleSet, name: str, texts: Sequence[str]) -> None:
    flagged = sum(bool(rule_set.match("", text).matches) for text in texts)
    took = _best(lambda: [rule_set.match("", text) for text in texts])
    print(
        f"{len(texts) / took:>8,.0f} articles/s  {name}: {len(texts)} articles of {ARTICLE} "
        f"characters, {flagged} of them flagged"
    )


def _growth(texts: Sequence[str]) -> None:
    print("\nmicroseconds an article (and seconds to compile)")
    names = ["wirewatch", "regex", "in"]
    if importlib.util.find_spec("spacy"):
        names.append("spacy")
    else:
        print("spaCy is not installed: pip install spacy")
    print(f"{'patterns':>10}" + "".join(f"{name:>22}" for name in names))
    first: dict[str, float] = {}
    for size in SIZES:
        phrases = _phrases(texts, size)
        row = f"{size:>10,}"
        for name in names:
            compiled, search, articles = _CONTENDERS[name](phrases, texts)
            took = _best(partial(_all, search, articles)) / len(articles) * 1e6
            ratio = took / first.setdefault(name, took)
            row += f"{took:>10,.0f} ({compiled:.2f}) {ratio:>4.1f}x"
        print(row)


def _all(search: Callable[[Any], object], articles: Sequence[Any]) -> None:
    for article in articles:
        search(article)


def _phrases(texts: Sequence[str], count: int) -> list[str]:
    """Phrases of one to four words of the texts, shuffled so that few stand in any of them."""
    dice = random.Random(count)
    words = sorted({word for text in texts for word in fold(text).words if len(word) > 3})
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(dice.choice(words) for _ in range(dice.randint(2, 4)))] = None
    return list(found)


Contender = tuple[float, "Callable[[Any], object]", "Sequence[Any]"]


def _wirewatch(phrases: Sequence[str], texts: Sequence[str]) -> Contender:
    began = time.process_time()
    mark = Mark(kind=Kind.TERM, owner="benchmark", key="benchmark/all")
    forms = Inflection(FormCache.nowhere()).names
    lexicon = Lexicon.of(
        (pattern, mark) for phrase in phrases for pattern in patterns(phrase, "en", forms)
    )
    return time.process_time() - began, lambda text: lexicon.find(fold(text), text), texts


def _regex(phrases: Sequence[str], texts: Sequence[str]) -> Contender:
    began = time.process_time()
    matcher = regex.compile(r"\b(?:\L<phrases>)\b", regex.IGNORECASE, phrases=list(phrases))
    return time.process_time() - began, matcher.findall, texts[:_SLOW]


def _naive(phrases: Sequence[str], texts: Sequence[str]) -> Contender:
    def search(text: str) -> list[str]:
        lowered = text.lower()
        return [phrase for phrase in phrases if phrase in lowered]

    return 0.0, search, texts[:_SLOW]


def _spacy(phrases: Sequence[str], texts: Sequence[str]) -> Contender:
    spacy: Any = importlib.import_module("spacy")  # no part of the project
    matching: Any = importlib.import_module("spacy.matcher")
    began = time.process_time()
    blank = spacy.blank("en")
    matcher = matching.PhraseMatcher(blank.vocab, attr="LOWER")
    matcher.add("all", list(blank.tokenizer.pipe(phrases)))
    took = time.process_time() - began
    return took, lambda text: matcher(blank.make_doc(text)), texts


_CONTENDERS: dict[str, Callable[[Sequence[str], Sequence[str]], Contender]] = {
    "wirewatch": _wirewatch,
    "regex": _regex,
    "in": _naive,
    "spacy": _spacy,
}


def _best(run: Callable[[], object]) -> float:
    best = float("inf")
    spent = 0.0
    for _ in range(ROUNDS):
        if spent > _PATIENCE:
            break
        began = time.process_time()
        run()
        took = time.process_time() - began
        best, spent = min(best, took), spent + took
    return best


if __name__ == "__main__":
    main()
