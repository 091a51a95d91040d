"""Query parser: a query as a syntax tree, or one error that says where and what was expected."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from pipelines.rules.query.article_view import ARTICLE, LEAD, TEXT_ONLY, TITLE_ONLY, Window
from pipelines.rules.query.nodes import And, FactQuery, Key, Near, Not, Or
from pipelines.rules.query.windows import AtLeast, InField, SameUnit
from pipelines.rules.vocabulary.terms import TermError

_GRAMMAR = Path(__file__).with_name("grammar.lark")
LONGEST = 20_000  # characters
DEEPEST = 40  # one in another
FARTHEST = 200  # words, for NEAR
_FACTS = {"source": "source", "lang": "language", "credit": "credit"}
_WINDOWS = {
    "title": (TITLE_ONLY, "in the headline"),
    "text": (TEXT_ONLY, "in the text"),
    "article": (ARTICLE, "in the article"),
    "lead": (Window((1 << (LEAD + 1)) - 1), "in the lead"),
}
# What the parser calls a thing, and what people do.
_SAID = {
    "WORD": "a term",
    "PHRASE": 'a "phrase"',
    "LIST": "a $list",
    "ENTITY": "an @entity",
    "LPAR": "'('",
    "RPAR": "')'",
    "_AND": "AND",
    "_OR": "OR",
    "_NOT": "NOT",
    "NEAR": "NEAR/n",
    "ONEAR": "ONEAR/n",
    "ATLEAST": "ATLEAST/n",
    "SAME": "SAME SENTENCE or SAME PARAGRAPH",
    "FIELD": "title:, text:, lead: or article:",
    "META": "source:, lang: or credit:",
    "$END": "the end",
}
_OPERANDS = {"WORD", "PHRASE", "LIST", "ENTITY", "LPAR", "FIELD", "META", "ATLEAST"}
_WANTS_NUMBER = {"NEAR", "ONEAR", "ATLEAST"}
_OPERATORS = {"and", "or", "not", "same", "near", "onear", "atleast", "sentence", "paragraph"}


if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.rules.query.base import Query


class QueryError(ValueError):
    """A query that cannot be understood. `offset` is where in it, in characters."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Names(Protocol):
    """What a query may name. Each raises `LookupError` or `TermError`, saying what it wanted."""

    def named_list(self, name: str) -> Key:
        """The list of terms of that name."""

    def entity(self, label: str, *, is_type: bool) -> str:
        """The key under which entities with this label are found."""

    def term(self, written: str) -> str:
        """The key under which a term of the query itself is found."""


class _Part(NamedTuple):
    """A part of a query that was read, how deep it goes and where it began."""

    query: Query
    depth: int
    at: int


def parse(text: str, names: Names) -> Query:
    """The query that `text` asks; raises `QueryError`."""
    if len(text) > LONGEST:
        raise QueryError(f"expected at most {LONGEST} characters; split the rule", LONGEST)
    if not text.strip():
        raise QueryError("expected a query, found nothing", 0)
    try:
        tree = _parser().parse(text)
        part = cast("_Part", _Builder(names).transform(tree))
    except UnexpectedInput as error:
        raise _explained(error, text) from None
    except VisitError as error:
        raise error.orig_exc from None
    except RecursionError:
        raise QueryError(f"expected at most {DEEPEST} levels", 0) from None
    return part.query


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(
        _GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=False,
    )


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """The nodes of a query, from the inside out."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def start(self, part: _Part) -> _Part:
        return part

    def either(self, *parts: _Part) -> _Part:
        return _of(Or(_queries(parts)), parts)

    def both(self, *parts: _Part) -> _Part:
        return _of(And(_queries(parts)), parts)

    def nothing_of(self, part: _Part) -> _Part:
        return _over(part, Not(part.query))

    def together(self, left: _Part, *rest: Any) -> _Part:
        """From left to right: `a NEAR/5 b NEAR/5 c` is one NEAR of three."""
        for operator, right in zip(rest[::2], rest[1::2], strict=True):
            if operator.type == "SAME":
                both = self.both(left, right)
                left = _over(both, SameUnit(both.query, _unit(operator)))
            else:
                left = self._near(left, operator, right)
        return left

    def _near(self, left: _Part, operator: Token, right: _Part) -> _Part:
        distance, before = _number(operator, FARTHEST), left.query
        for part in (left, right):
            if not part.query.has_spans:
                raise QueryError(
                    f"expected terms, lists, entities, or OR of those beside {operator}", part.at
                )
        if operator.type == "ONEAR":
            node = Near((before, right.query), distance, in_order=True)
        elif isinstance(before, Near) and not before.in_order and before.distance == distance:
            node = Near((*before.children, right.query), distance, in_order=False)
        else:
            node = Near((before, right.query), distance, in_order=False)
        return _of(node, (left, right))

    def same_of(self, operator: Token, part: _Part) -> _Part:
        return _over(part, SameUnit(part.query, _unit(operator)), at=_at(operator))

    def inside(self, field: Token, part: _Part) -> _Part:
        name, _, words = field.rstrip(":").partition("/")
        window, where = _WINDOWS[name]
        if words:
            window, where = (
                Window(words=_number(field.rstrip(":"), 9999, at=_at(field))),
                "at the beginning",
            )
        return _over(part, InField(part.query, window, where), at=_at(field))

    def at_least(self, operator: Token, part: _Part) -> _Part:
        return _over(part, AtLeast(part.query, _number(operator, 1000)), at=_at(operator))

    def value(self, *tokens: Token) -> tuple[str, ...]:
        return tuple(str(token).strip('="“”«»').casefold() for token in tokens)

    def about(self, meta: Token, values: tuple[str, ...]) -> _Part:
        fact = cast("Literal['source', 'language', 'credit']", _FACTS[meta.rstrip(":")])
        return _Part(FactQuery(fact, values), 1, _at(meta))

    def named_list(self, token: Token) -> _Part:
        name, least = _counted(token[1:])
        key = self._known(token, lambda: self._names.named_list(name))
        if least > 1:
            key = Key(key.key, least, key.also, key.own)
        return _Part(key, 1, _at(token))

    def entity(self, token: Token) -> _Part:
        is_type = token.startswith("@type:")
        label, least = _counted(token.removeprefix("@type:").removeprefix("@"))
        key = self._known(token, lambda: self._names.entity(label, is_type=is_type))
        return _Part(Key(key, least, own=frozenset({key})), 1, _at(token))

    def phrase(self, token: Token) -> _Part:
        exact, written = "=" * token.startswith("="), token.lstrip("=")[1:-1].strip()
        return self._term(token, exact + written)

    def word(self, token: Token) -> _Part:
        if token.upper() in _WANTS_NUMBER and token.isupper():
            raise QueryError(f"{token} needs a number of words: {token}/5", _at(token))
        if token.lower() in _OPERATORS:
            hint = f"{token.upper()} in capitals" if token.islower() else f'"{token}" in quotes'
            raise QueryError(f"expected {hint}, or the word in quotes; found {token}", _at(token))
        return self._term(token, str(token))

    def _term(self, token: Token, written: str) -> _Part:
        key = self._known(token, lambda: self._names.term(written))
        return _Part(Key(key, own=frozenset({key})), 1, _at(token))

    def _known(self, token: Token, look_up: Any) -> Any:
        try:
            return look_up()
        except (LookupError, TermError) as error:
            raise QueryError(str(error.args[0]), _at(token)) from None


def _queries(parts: Sequence[_Part]) -> tuple[Query, ...]:
    return tuple(part.query for part in parts)


def _over(part: _Part, node: Query, at: int | None = None) -> _Part:
    return _checked(node, part.depth + 1, part.at if at is None else at)


def _of(node: Query, parts: Sequence[_Part]) -> _Part:
    return _checked(node, max(part.depth for part in parts) + 1, parts[0].at)


def _checked(node: Query, depth: int, at: int) -> _Part:
    if depth > DEEPEST:
        raise QueryError(f"expected at most {DEEPEST} levels, one in another", at)
    return _Part(node, depth, at)


def _at(token: Token) -> int:
    return cast("int", token.start_pos)


def _unit(operator: Token) -> Literal["sentence", "paragraph"]:
    return "sentence" if operator.endswith("SENTENCE") else "paragraph"


def _number(operator: str, most: int, at: int | None = None) -> int:
    number = int(operator.partition("/")[2])
    if not 1 <= number <= most:
        place = at if at is not None else _at(cast("Token", operator))
        raise QueryError(f"{operator}: expected a number from 1 to {most}", place)
    return number


def _counted(name: str) -> tuple[str, int]:
    name, _, least = name.partition(":")
    return name, int(least or 1)


def _explained(error: UnexpectedInput, text: str) -> QueryError:
    """What Lark could not take, in words of ours."""
    if isinstance(error, UnexpectedCharacters):
        place = error.pos_in_stream or 0
        char = text[place]
        if char in '"“«':
            return QueryError("expected a quote that is closed", place)
        return QueryError(f"expected {_any_of(error.allowed)}, found {char!r}", place)
    if not isinstance(error, UnexpectedToken):
        return QueryError("expected more: the query ends too early", len(text))
    token = error.token
    if token.type == "$END":
        return QueryError(f"expected {_any_of(error.accepts)}, found the end", len(text.rstrip()))
    if token.type in {"WORD", "PHRASE"} and not error.accepts & {"WORD"}:
        return _side_by_side(token)
    return QueryError(f"expected {_any_of(error.accepts)}, found {str(token)!r}", _at(token))


def _side_by_side(token: Token) -> QueryError:
    bare = token.partition("/")[0]
    if bare.lower() in _OPERATORS:
        hint = f"{bare.upper()} in capitals"
        if bare.upper() in _WANTS_NUMBER:
            hint = f"{bare.upper()} with a number of words: {bare.upper()}/5"
        return QueryError(f"expected {hint}, found {str(token)!r}", _at(token))
    return QueryError(
        f"expected AND, OR or NEAR/n before {str(token)!r}; "
        'words that belong together are quoted: "border security"',
        _at(token),
    )


def _any_of(names: Any) -> str:
    known = set(names or ())
    contents: list[str] = []
    if known & _OPERANDS:
        contents.append("a term, a \"phrase\", a $list, an @entity or '('")
        known -= _OPERANDS | {"_NOT", "SAME"}
    contents += sorted(_SAID[name] for name in known if name in _SAID)
    return ", ".join(contents) or "something else"
