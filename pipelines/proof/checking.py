"""Read all rules as a newcomer to them would: what is wrong, what is no use, what is missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.errors import Unusable
from pipelines.rules import RuleBook
from pipelines.rules.fold import fold
from pipelines.rules.inflection import Inflection
from pipelines.rules.lexicon import Lexicon
from pipelines.rules.lists import ALSO
from pipelines.rules.marks import Kind, Mark
from pipelines.rules.remembered import Remembered
from pipelines.rules.terms import choices, patterns
from pipelines.rules.tree import is_wild
from pipelines.rules.watch import own_lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipelines.rules.entities import Gazetteer
    from pipelines.rules.lists import TermList
    from pipelines.rules.marks import Pattern
    from pipelines.rules.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A list of terms, and how many it has in each language, each choice counted."""

    rule: str
    name: str
    terms: Mapping[str, int]


@dataclass(slots=True, kw_only=True)
class Report:
    """`errors` keep the rules from being used; `warnings` are for their authors to think about."""

    rules: int = 0
    patterns: int = 0
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)


def check(folders: Sequence[Path]) -> Report:
    """What there is to say about the rules that ship and those in `folders`."""
    report = Report()
    try:
        book = RuleBook.read(folders)
    except Unusable as error:
        report.errors.append(str(error))
        return report
    report.rules, report.patterns = len(book.rules), book.patterns
    remembered = Remembered.in_cache()
    inflection = Inflection(remembered)
    lists: dict[tuple[str, str], TermList] = {}
    for rule in book.rules:
        report.errors += book.failures(rule)
        report.warnings += _unused(rule)
        lists |= {(one.owner, one.name): one for one in own_lists(rule.file, rule.path).values()}
        lists |= {(one.owner, one.name): one for one in rule.asking.used.values()}
    for found in lists.values():
        report.warnings += _useless(found, inflection)
        report.concepts.append(
            Concept(rule=found.owner or "shared", name=found.name, terms=_counted(found))
        )
    report.warnings += _ambiguous(book.gazetteer, inflection)
    remembered.save()
    return report


def _unused(rule: Watch) -> Iterator[str]:
    """Lists that no query asks for, and terms of languages that the rule leaves out."""
    queries = [one.query for one in rule.clues] + [query for _, query in rule.vetoes]
    queries += [rule.query] if rule.query is not None else []
    asked = frozenset().union(*(query.keys for query in queries))
    for name, found in own_lists(rule.file, rule.path).items():
        if found.key not in asked:
            yield f"{rule.path}: no query asks for the list ${name}"
        only = rule.file.languages
        for language in found.terms:
            if only and language not in only and language != ALSO:
                yield (
                    f"{rule.path}: terms.{name}.{language} is never looked for: "
                    f"the rule is for {', '.join(only)} only"
                )


@dataclass(frozen=True, slots=True)
class _Term:
    """One choice of a term, and the place where the whole term is written."""

    place: str
    written: str
    patterns: tuple[Pattern, ...]


def _useless(found: TermList, inflection: Inflection) -> Iterator[str]:
    """Terms that can never match, that are there twice, or that another of the list finds anyway.

    A term is told once, however many choices it has.
    """
    terms = [
        _Term(f"terms.{found.name}.{language}: {term!r}", choice, patterns(choice, language, forms))
        for forms in (inflection.forms,)
        for language, written in found.terms.items()
        if language != ALSO
        for term in written
        for choice in dict.fromkeys(_spelled(term))
    ]
    lexicon = Lexicon.of(
        (pattern, Mark(kind=Kind.TERM, owner="", key=str(number), label=term.written))
        for number, term in enumerate(terms)
        for pattern in term.patterns
    )
    choices_of: dict[str, int] = defaultdict(int)
    idle: dict[str, list[str]] = defaultdict(list)
    first: dict[tuple[Pattern, ...], str] = {}
    for number, term in enumerate(terms):
        choices_of[term.place] += 1
        if term.patterns in first:
            idle[term.place].append(f"{term.written!r} is there as {first[term.patterns]!r}")
        elif other := _found_by(term, str(number), lexicon):
            idle[term.place].append(f"{other!r} finds what {term.written!r} finds")
        first.setdefault(term.patterns, term.written)
        if not _can_match(term):
            yield f"{found.path}: {term.place}: no text is folded to {term.written!r}"
    for place, reasons in idle.items():
        of = "" if choices_of[place] == 1 else f" {len(reasons)} of {choices_of[place]} choices"
        yield f"{found.path}: {place}:{of} could go: {reasons[0]}"


def _spelled(term: str) -> Iterator[str]:
    """The choices of a term, each as a term of its own: an exact one stays exact."""
    exact = term.startswith("=")
    for choice in choices(term):
        yield choice if not exact or choice.startswith("=") else f"={choice}"


def _can_match(term: _Term) -> bool:
    """Whether a text that says just this would be folded to any of the patterns."""
    for pattern in term.patterns:
        if any(map(is_wild, pattern.words)):
            return True
        folded = fold(pattern.exact or " ".join(pattern.words))
        if tuple(folded.words) == pattern.words:
            return True
    return False


def _found_by(term: _Term, key: str, lexicon: Lexicon) -> str:
    """Another term of the list that is found wherever this one is; "" where there is none."""
    shared: set[tuple[str, str]] | None = None
    for pattern in term.patterns:
        if any(map(is_wild, pattern.words)):
            return ""
        text = pattern.exact or " ".join(pattern.words)
        hits = lexicon.find(fold(text), text)
        others = {(hit.mark.key, hit.mark.label) for hit in hits if hit.mark.key != key}
        shared = others if shared is None else shared & others
        if not shared:
            return ""
    return min(shared)[1] if shared else ""


def _ambiguous(gazetteer: Gazetteer, inflection: Inflection) -> Iterator[str]:
    """Names that two entities share, and names that are hidden by an entity's own decoy."""
    named: dict[tuple[tuple[str, ...], str], set[str]] = defaultdict(set)
    for pattern, mark in gazetteer.patterns(inflection):
        if mark.kind is Kind.ENTITY and not mark.only and not mark.weak:
            named[pattern.words, pattern.exact].add(mark.owner)
    told: set[tuple[str, ...]] = set()
    for (words, _), owners in sorted(named.items()):
        pair = tuple(sorted(owners))
        if len(owners) > 1 and pair not in told:
            told.add(pair)
            yield f"entities: {' and '.join(pair)} are both called {' '.join(words)!r}"


def _counted(found: TermList) -> dict[str, int]:
    return {
        language: sum(len(set(choices(term))) for term in terms)
        for language, terms in found.terms.items()
        if language != ALSO
    }
