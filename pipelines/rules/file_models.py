"""Models of rule files and entity files, and a clear message when one says something else."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crawler.config.messages import expected
from crawler.model.exceptions import Unusable
from crawler.model.formatting import suggest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Term = Annotated[str, Field(min_length=1)]
ByLanguage = dict[Language, list[Term]]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EntityTable(_Table):
    """One body, agency, state or armed group, and how texts name it."""

    id: Id
    type: Literal["body", "agency", "state", "group"]
    name: str = Field(min_length=1, description="As shown in alerts.")
    names: ByLanguage = Field(description="Names by language; a name in capitals is case-exact.")
    weak: ByLanguage = Field({}, description="Names that count only where one of `beside` does.")
    beside: list[Id] = Field([], description="Entities that make a weak name believable.")
    decoys: ByLanguage = Field({}, description="Phrases that hold a name and mean something else.")
    plain_words: list[str] = Field([], description="Names that are words once all is capitals.")
    not_in: list[Language] = Field([], description="Languages where plain_words are not names.")
    tags: list[str] = Field([], description="What conditions may call it by, beside id and type.")
    parent: str = Field("", description="Id of the body it belongs to.")
    wikidata: str = Field("", pattern=r"^(Q\d+)?$", description="Only where confirmed.")
    evidence: str = Field("", description="Where the fact comes from: code and date.")


class EntityFile(_Table):
    entity: list[EntityTable] = Field(min_length=1)


class Clue(_Table):
    """A query that adds `weight` for each place where it holds, `times` at most."""

    name: str = ""
    query: str = Field(min_length=1)
    weight: float = Field(gt=-100, lt=100)
    times: int = Field(1, ge=1, le=20)


class Example(_Table):
    title: str = ""
    text: str = ""
    language: str = ""


class Examples(_Table):
    must: list[Example] = Field(min_length=1)
    must_not: list[Example] = Field(min_length=1)


class ListFile(_Table):
    """Lists of terms that all rules share."""

    terms: dict[Id, dict[Id, list[Term]]] = Field(min_length=1)


class RuleFile(_Table):
    """One rule."""

    id: Id
    title: str = Field(min_length=1)
    topics: list[str] = Field(min_length=1)
    severity: Literal["low", "normal", "high"]
    threshold: float = Field(1, gt=0)
    owner: str = ""
    note: str = ""
    languages: list[Language] = Field([], description="Only in these; every language when empty.")
    query: str = Field("", description="What must hold, whatever the score.")
    terms: dict[Id, dict[Id, list[Term]]] = {}
    masks: ByLanguage = {}
    weights: dict[str, float] = Field({}, description="Queries and what each place adds.")
    clues: list[Clue] = []
    vetoes: list[str] = Field([], description="Queries of which none may hold.")
    examples: Examples

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.query and not self.clues and not self.weights:
            raise ValueError("expected a query, [weights] or [[clues]]; nothing is asked for")
        return self


Table = TypeVar("Table", bound=_Table)


def read(path: Path, shape: type[Table]) -> Table:
    """The checked content of a file; raises `Unusable` with file, key and what was expected."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: not valid TOML: {error}") from None
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise Unusable(
            "\n".join(f"{path}: {_explain(detail, shape)}" for detail in details)
        ) from None


def _explain(detail: ErrorDetails, shape: type[BaseModel]) -> str:
    where = "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]
    ).lstrip(".")
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = _siblings(detail["loc"], shape)
        near = suggest(str(detail["loc"][-1]), known)
        hint = f"did you mean {near}?" if near else f"expected one of: {', '.join(known)}"
        return f"{where} is not a key of this table; {hint}"
    if kind == "missing":
        return f"{where} is missing; expected it here"
    if where.endswith(("examples.must", "examples.must_not")):
        return f"{where}: expected at least one example, or nobody can trust the rule"
    words = expected(detail)
    return (f"{where}: " if where else "") + (
        f"expected {words}" if words else detail["msg"].removeprefix("Value error, ")
    )


def _siblings(location: Sequence[int | str], shape: type[BaseModel]) -> list[str]:
    """The keys that would have been right in the place of the last one."""
    model: Any = shape
    for part in location[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            annotation = model.model_fields[part].annotation
            inner = (*getattr(annotation, "__args__", ()), annotation)[0]
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return sorted(model.model_fields)


def locate(text: str, written: str, offset: int) -> tuple[int, int, str]:
    """Line and column, from 1, of a character of a string in a TOML file, and its line.

    A string that the file spells with escapes is found by its first line.
    """
    start = _find(text, written)
    before = written[:offset]
    if start is None:
        spelled = written.replace("\\", "\\\\").replace('"', '\\"')
        before = before.replace("\\", "\\\\").replace('"', '\\"')
        start = _find(text, spelled)
    if start is None:
        return 1, 1, ""
    place = start + len(before)
    line = text.count("\n", 0, place) + 1
    begin = text.rfind("\n", 0, place) + 1
    return line, place - begin + 1, text[begin:].partition("\n")[0]


def _find(text: str, written: str) -> int | None:
    """Where a string stands between quotes; the line break after three of them is not in it."""
    found = re.search(rf"(?:\"\"\"|\'\'\'|\"|\')\n?(?P<it>{re.escape(written)})", text)
    return found.start("it") if found else None
