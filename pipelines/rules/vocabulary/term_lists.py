"""Named lists of terms: a rule's own, and those that all rules share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from pipelines.rules.file_models import ListFile, locate, read
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.terms import TermError, patterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipelines.rules.inflection.word_forms import Inflection
    from pipelines.rules.vocabulary.patterns import Pattern

ALSO = "also"  # in a list: queries whose hits belong to it
Terms = dict[str, list[str]]  # by language


@dataclass(frozen=True, slots=True, kw_only=True)
class TermList:
    """One list and the file it is in. `owner` is a rule's id, "" where all rules share it."""

    name: str
    owner: str
    path: Path
    terms: Terms

    @property
    def key(self) -> str:
        """Under which its terms are found."""
        return f"{self.owner}/{self.name}"

    @property
    def also(self) -> Sequence[str]:
        return self.terms.get(ALSO, ())

    def patterns(self, inflection: Inflection) -> Iterator[tuple[Pattern, Mark]]:
        """All patterns of the list; raises `Unusable` for a bad term."""
        for language, terms in self.terms.items():
            if language != ALSO:
                place = f"terms.{self.name}.{language}"
                mark = Mark(kind=Kind.TERM, owner=self.owner, key=self.key)
                yield from marked(self.path, place, terms, language, mark, inflection)


def marked(
    path: Path,
    place: str,
    terms: Iterable[str],
    language: str,
    mark: Mark,
    inflection: Inflection,
) -> Iterator[tuple[Pattern, Mark]]:
    """The patterns of some terms of one language, each marked; raises `Unusable`."""
    for term in terms:
        try:
            for pattern in patterns(term, language, inflection.forms):
                yield pattern, mark
        except TermError as error:
            text = path.read_text(encoding="utf-8")
            line, column, _ = locate(text, term, 0)
            raise Unusable(f"{path}:{line}:{column}: {place}: {error}") from None


def load(paths: Iterable[Path]) -> Mapping[str, TermList]:
    """The shared lists by name; raises `Unusable` for a bad file or a name that is there twice."""
    lists: dict[str, TermList] = {}
    for path in paths:
        for name, terms in read(path, ListFile).terms.items():
            if name in lists:
                raise Unusable(f"{path}: the list {name!r} is in {lists[name].path} already")
            lists[name] = TermList(name=name, owner="", path=path, terms=terms)
    return lists
