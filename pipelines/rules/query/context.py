"""Query context of one rule: the lists, entities and terms that its queries may name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.model.formatting import suggest
from pipelines.rules.file_models import locate
from pipelines.rules.query.nodes import Key
from pipelines.rules.query.parser import QueryError, parse
from pipelines.rules.vocabulary.patterns import Kind, Mark
from pipelines.rules.vocabulary.term_lists import TermList, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pipelines.rules.inflection.word_forms import Inflection
    from pipelines.rules.query.base import Query
    from pipelines.rules.vocabulary.patterns import Pattern

_SHOWN = 120  # characters of a line with an error
TYPES = frozenset({"body", "state", "agency", "group"})
# The languages that a term of a query may be in, where the rule does not say: by its letters.
_SCRIPTS = (
    (re.compile("[\u0400-\u04ff]"), "ru"),
    (re.compile("[\u0600-\u06ff]"), "ar"),
    (re.compile("[\u3400-\u9fff]"), "zh"),
    (re.compile(""), "en"),
)


class QueryContext:
    """Reads the queries of one rule. Afterwards it knows which terms and lists they name."""

    def __init__(
        self,
        *,
        rule: str,
        path: Path,
        languages: Iterable[str],
        lists: Mapping[str, TermList],
        labels: frozenset[str],
    ) -> None:
        self._rule = rule
        self._path = path
        self._languages = tuple(languages)
        self._lists = lists
        self._labels = labels
        self._read: dict[str, Key] = {}
        self._open: list[str] = []  # lists that are being read, to see one that holds itself
        self.terms: dict[str, str] = {}  # those of the queries themselves, and their keys
        self.used: dict[str, TermList] = {}

    def read(self, text: str, key: str) -> Query:
        """The query that stands under `key`; raises `Unusable` with file, line and column."""
        try:
            return parse(text, self)
        except QueryError as error:
            raise Unusable(pointed(self._path, text, error.offset, f"{key}: {error}")) from None

    # -- what queries may name (`parsing.Names`) -----------------------------------------------

    def named_list(self, name: str) -> Key:
        if name not in self._lists:
            near = suggest(name, self._lists)
            known = ", ".join(f"${one}" for one in sorted(self._lists)) or "[terms] to hold one"
            raise LookupError(
                f"there is no list ${name}; "
                + (f"did you mean ${near}?" if near else f"expected {known}")
            )
        if name in self._open:
            raise LookupError(f"the list ${name} holds itself, by way of its `also`")
        if name not in self._read:
            found = self._lists[name]
            self.used[name] = found
            self._open.append(name)
            also = tuple(self._member(found, asked) for asked in found.also)
            self._open.pop()
            key = f"${name}" if also else found.key
            self._read[name] = Key(key, also=also, own=frozenset({found.key}))
        return self._read[name]

    def _member(self, found: TermList, asked: str) -> Query:
        try:
            query = parse(asked, self)
        except QueryError as error:
            place = f"terms.{found.name}.also: {error}"
            raise Unusable(pointed(found.path, asked, error.offset, place)) from None
        if not query.has_spans:
            place = f"terms.{found.name}.also: expected terms, lists, entities, NEAR or OR of those"
            raise Unusable(pointed(found.path, asked, 0, place))
        return query

    def entity(self, label: str, *, is_type: bool) -> str:
        known = TYPES if is_type else self._labels
        if label not in known:
            near = suggest(label, known)
            kind = "a type" if is_type else "its id, type or tag"
            raise LookupError(
                f"no entity has {label!r} as {kind}; "
                + (f"did you mean @{near}?" if near else "expected @body, @state, @agency, @group")
            )
        return f"@{label}"

    def term(self, written: str) -> str:
        return self.terms.setdefault(written, f'{self._rule}/"{written}"')

    def patterns(self, inflection: Inflection) -> Iterator[tuple[Pattern, Mark]]:
        """All patterns of the terms that stand in the queries themselves."""
        for written, key in self.terms.items():
            mark = Mark(kind=Kind.TERM, owner=self._rule, key=key)
            script = next(
                language for folding_table, language in _SCRIPTS if folding_table.search(written)
            )
            for language in self._languages or (script,):
                yield from marked(self._path, "query", [written], language, mark, inflection)


def pointed(path: Path, written: str, offset: int, message: str) -> str:
    """The message with file, line and column before it, and the line with a caret after it."""
    line, column, shown = locate(path.read_text(encoding="utf-8"), written, offset)
    first = max(0, column - 1 - _SHOWN // 2)
    shown = shown[first : first + _SHOWN]
    caret = " " * (column - 1 - first) + "^"
    return f"{path}:{line}:{column}: {message}\n    {shown}\n    {caret}"
