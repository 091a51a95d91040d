"""What a rule file and an entity file may say, and a clear message when one says something else."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.errors import Unusable
from crawler.misconfigured import expected

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Term = Annotated[str, Field(min_length=1)]
ByLanguage = dict[Language, list[Term]]
Scope = Literal["title", "sentence", "lead", "article"]
Item = Annotated[
    str, Field(pattern=r"^((title|lead|article):)?(@[a-z][a-z0-9_-]*|[a-z][a-z0-9_]*)(:[1-9])?$")
]


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


class Condition(_Table):
    """What must be found together. An item is a group of terms, or `@` and an entity's type, tag
    or id; `:2` behind it asks for two different ones; `title:` before it looks there instead.
    """

    name: str = ""
    all: list[Item] = []
    any: list[Item] = []
    none: list[Item] = []
    within: Scope = "sentence"
    near: int = Field(0, ge=0, le=200, description="All of `all` within so many words; 0: no limit")


class Compound(_Table):
    """Two groups that make a third: `first`, then `then` at most `gap` words later, in a sentence.

    "fight" and "terrorism" make "fight against international terrorism".
    """

    group: Id
    first: Id
    then: Id
    gap: int = Field(ge=0, le=20)


class Clue(Condition):
    """A condition that adds `weight` for each place that holds, `times` at most."""

    weight: float = Field(gt=-100, lt=100)
    times: int = Field(1, ge=1, le=20)


class Example(_Table):
    title: str = ""
    text: str = ""
    language: str = ""


class Examples(_Table):
    must: list[Example] = Field(min_length=1)
    must_not: list[Example] = Field(min_length=1)


class WatchFile(_Table):
    """One rule."""

    id: Id
    title: str = Field(min_length=1)
    topics: list[str] = Field(min_length=1)
    severity: Literal["low", "normal", "high"]
    threshold: float = Field(gt=0)
    owner: str = ""
    note: str = ""
    languages: list[Language] = Field([], description="Only in these; every language when empty.")
    terms: dict[Id, dict[Id, list[Term]]] = Field(min_length=1)
    compounds: list[Compound] = []
    masks: ByLanguage = {}
    require: list[Condition] = []
    clues: list[Clue] = Field(min_length=1)
    vetoes: list[Condition] = []
    examples: Examples


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
        raise Unusable("\n".join(f"{path}: {_explain(one, shape)}" for one in details)) from None


def _explain(detail: ErrorDetails, shape: type[BaseModel]) -> str:
    where = "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]
    ).lstrip(".")
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = _siblings(detail["loc"], shape)
        near = get_close_matches(str(detail["loc"][-1]), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of: {', '.join(known)}"
        return f"{where} is not a key of this table; {hint}"
    if kind == "missing":
        return f"{where} is missing; expected it here"
    if where.endswith(("examples.must", "examples.must_not")):
        return f"{where}: expected at least one example, or nobody can trust the rule"
    words = expected(detail)
    return f"{where}: " + (
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
