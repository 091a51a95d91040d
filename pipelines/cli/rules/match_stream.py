"""Stream of `wirewatch rules match`: articles as lines of JSON in, their matches out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipelines.extraction.metadata.language import find_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.model.items import Evidence, Match
    from pipelines.rules import Findings, RuleSet


class ArticleLine(BaseModel):
    """One article as a line states it; keys that nobody knows are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Any = None
    title: str = ""
    text: str = ""
    lang: str = ""
    url: str = ""
    source: str = ""
    published_at: Any = None

    @field_validator("title", "text", "lang", "url", "source", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return "" if value is None else value

    @property
    def language(self) -> str:
        """As stated, ISO 639-1; else as the words show."""
        if self.lang:
            return self.lang.strip().lower().replace("_", "-").split("-")[0]
        return find_language(f"{self.title}\n{self.text}", "", ())


class InvalidLine(ValueError):
    """A line that is no article; the message says what was expected."""


def answer_lines(rule_set: RuleSet, lines: Iterable[bytes]) -> Iterator[str]:
    """One line of JSON for each of `lines`, whatever it holds; it never stops before the last."""
    for line in lines:
        try:
            article = parse(line)
        except InvalidLine as error:
            yield _json({"id": None, "error": str(error)})
            continue
        found = rule_set.match(article.title, article.text, article.language, source=article.source)
        yield _json(as_json(article.id, found))


def parse(line: bytes) -> ArticleLine:
    """The article that a line holds; raises `Unreadable`."""
    try:
        values = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidLine(f"expected UTF-8, found byte 0x{line[error.start]:02x}") from None
    except (ValueError, RecursionError) as error:
        problem = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise InvalidLine(f"expected one JSON object on the line: {problem}") from None
    if not isinstance(values, dict):
        raise InvalidLine(f"expected one JSON object on the line, found {_kind(values)}")
    if "title" not in values and "text" not in values:
        raise InvalidLine('expected "title" or "text" in the object')
    try:
        return ArticleLine.model_validate(values)
    except ValidationError as error:
        keys = ", ".join(str(one["loc"][0]) for one in error.errors(include_url=False))
        raise InvalidLine(f"expected text in {keys}") from None


def as_json(id_: Any, found: Findings) -> dict[str, Any]:
    """What a line of output says of one article."""
    matches = [_match(match) for match in found.matches]
    return {"id": id_, "flagged": bool(matches), "matches": matches}


def _match(match: Match) -> dict[str, Any]:
    return {
        "rule": match.rule,
        "title": match.title,
        "score": match.score,
        "threshold": match.threshold,
        "topics": list(match.topics),
        "entities": [{"id": entity.id, "type": entity.type} for entity in match.entities],
        "evidence": [_evidence(one) for one in match.evidence],
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "term": one.term,
        "start": one.start,
        "end": one.end,
        "field": one.part,
        "sentence": one.sentence,
    }


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
