"""Linter of the rules: what is wrong, what is no use, what is missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from pipelines.rules import RuleSet
from pipelines.rules.inflection.form_cache import FormCache
from pipelines.rules.inflection.word_forms import Inflection
from pipelines.rules.loader import old_folder_notices
from pipelines.rules.rule import own_lists
from pipelines.rules.text.tokens import fold
from pipelines.rules.vocabulary.lexicon import Lexicon
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.term_lists import ALSO
from pipelines.rules.vocabulary.terms import choices, patterns
from pipelines.rules.vocabulary.trie import is_wild

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipelines.rules.rule import Rule
    from pipelines.rules.vocabulary.entities import Gazetteer
    from pipelines.rules.vocabulary.patterns import Pattern
    from pipelines.rules.vocabulary.term_lists import TermList


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A list of terms, and how many it has in each language, each choice counted."""

    rule: str
    name: str
    terms: Mapping[str, int]


@dataclass(slots=True, kw_only=True)
class Report:
    """`errors` keep the rules from being used; `warnings` are for their authors to think about.

    `spare` are choices of terms that another of the list finds anyway: harmless, and the price of
    writing many forms as one term.
    """

    rules: int = 0
    patterns: int = 0
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)


def check(folders: Sequence[Path]) -> Report:
    """What there is to say about the rules that ship and those in `folders`."""
    report = Report()
    try:
        rule_set = RuleSet.read(folders)
    except Unusable as error:
        report.errors.append(str(error))
        return report
    report.warnings += old_folder_notices(folders)
    report.rules, report.patterns = len(rule_set.rules), rule_set.patterns
    forms = FormCache.in_cache()
    inflection = Inflection(forms)
    lists: dict[tuple[str, str], TermList] = {}
    for rule in rule_set.rules:
        report.errors += rule_set.failures(rule)
        report.warnings += _unused(rule)
        lists |= {
            (own_list.owner, own_list.name): own_list
            for own_list in own_lists(rule.file, rule.path).values()
        }
        lists |= {(one.owner, one.name): one for one in rule.context.used.values()}
    for found in lists.values():
        terms = _terms(found, inflection)
        report.warnings += _impossible(found, terms)
        _weigh(report, found, terms)
        report.concepts.append(
            Concept(rule=found.owner or "shared", name=found.name, terms=_counted(found))
        )
    report.warnings += _ambiguous(rule_set.gazetteer, inflection)
    forms.save()
    return report


def _unused(rule: Rule) -> Iterator[str]:
    """Lists that no query asks for, and terms of languages that the rule leaves out."""
    queries = [clue.query for clue in rule.clues] + [query for _, query in rule.vetoes]
    queries += [rule.query] if rule.query is not None else []
    used = frozenset().union(*(query.keys for query in queries))
    for name, found in own_lists(rule.file, rule.path).items():
        if found.key not in used:
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


def _terms(found: TermList, inflection: Inflection) -> list[_Term]:
    return [
        _Term(
            f"terms.{found.name}.{language}: {term!r}",
            choice,
            patterns(choice, language, inflection.forms),
        )
        for language, written in found.terms.items()
        if language != ALSO
        for term in written
        for choice in dict.fromkeys(_spelled(term))
    ]


def _impossible(found: TermList, terms: Sequence[_Term]) -> Iterator[str]:
    for term in terms:
        if not _can_match(term):
            yield f"{found.path}: {term.place}: no text is folded to {term.written!r}"


def _weigh(report: Report, found: TermList, terms: Sequence[_Term]) -> None:
    """Terms that other terms of the list find anyway; where it is only some of a term's choices,
    they are spare.
    """
    lexicon = Lexicon.of(
        (pattern, Mark(kind=Kind.TERM, owner="", key=str(number), label=term.written))
        for number, term in enumerate(terms)
        for pattern in term.patterns
    )
    choices_of: dict[str, int] = defaultdict(int)
    idle: dict[str, list[_Term]] = defaultdict(list)
    finders: dict[str, list[_Term]] = defaultdict(list)
    for number, term in enumerate(terms):
        choices_of[term.place] += 1
        if (other := _found_by(term, str(number), lexicon)) is not None:
            idle[term.place].append(term)
            finders[term.place].append(terms[other])
    for place, spare in idle.items():
        first = finders[place][0]
        told = f"{found.path}: {place}: {spare[0].written!r} is found by {first.place}"
        elsewhere = all(other.place != place for other in finders[place])
        if elsewhere and len(spare) == choices_of[place]:
            report.warnings.append(f"{told}; the term could go")
        else:
            report.spare.append(f"{told}; {len(spare)} of {choices_of[place]} choices could go")


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


def _found_by(term: _Term, key: str, lexicon: Lexicon) -> int | None:
    """The number of another term that is found wherever this one is.

    Of two that are the same, the later one is found by the earlier.
    """
    shared: set[int] | None = None
    for pattern in term.patterns:
        if any(map(is_wild, pattern.words)):
            return None
        text = pattern.exact or " ".join(pattern.words)
        hits = lexicon.find(fold(text), text)
        others = {int(hit.mark.key) for hit in hits if hit.mark.key != key}
        shared = others if shared is None else shared & others
        if not shared:
            return None
    return min(shared) if shared else None


def _ambiguous(gazetteer: Gazetteer, inflection: Inflection) -> Iterator[str]:
    """Names that two entities share, and names that are hidden by an entity's own decoy."""
    named: dict[tuple[tuple[str, ...], str], set[str]] = defaultdict(set)
    for pattern, mark in gazetteer.patterns(inflection):
        if mark.kind is Kind.ENTITY and not mark.only and not mark.weak:
            named[pattern.words, pattern.exact].add(mark.owner)
    told: set[tuple[str, ...]] = set()
    for (words, _), owners in sorted(named.items()):
        pair = tuple(sorted(owners))
        # A name of two states, such as 中美, is a compound that means both.
        if all(gazetteer.entities[owner].type == "state" for owner in owners):
            continue
        if len(owners) > 1 and pair not in told:
            told.add(pair)
            yield f"entities: {' and '.join(pair)} are both called {' '.join(words)!r}"


def _counted(found: TermList) -> dict[str, int]:
    return {
        language: sum(len(set(choices(term))) for term in terms)
        for language, terms in found.terms.items()
        if language != ALSO
    }
