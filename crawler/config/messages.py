"""Say what is wrong with a setting: where it was set, its name, its value, and what was expected.

The value is left out where it is, or may hold, a secret. The words are those of the table below,
not of the library that checks.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from crawler.model.formatting import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

    Location = Sequence[int | str]

_TEXT = "text in quotes"
_WHOLE = "a whole number"
_SWITCH = "true or false"
_TABLE = "a table"
#: Pydantic's name of an error -> what should have been there; {…} is filled in from its context.
_EXPECTED = {
    "string_type": _TEXT,
    "path_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "list_type": "a list, such as [1, 2]",
    "tuple_type": "a list, such as [1, 2]",
    "model_type": _TABLE,
    "dict_type": _TABLE,
    "literal_error": "{expected}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "string_pattern_mismatch": "small letters, digits and _, a letter first",
    "string_too_short": "some text",
    "too_short": "at least {min_length}",
}
_TEXTS = "a list of texts, such as ['one', 'two']"
_KINDS = ((dict, "a table"), (list, "a list"))


def explain(
    details: Sequence[ErrorDetails],
    root: type[BaseModel],
    *,
    file: str,
    variables: Mapping[str, str],
    secrets: Collection[str],
) -> str:
    """One line for each error. `variables` are those set, by the dotted name of their setting.

    `secrets` are dotted names, without numbers, whose values are never shown.
    """
    lines = []
    for detail in details:
        location = detail["loc"]
        place = _place(location, file, variables)
        known = detail["type"] != "extra_forbidden"
        setting = ".".join(part for part in location if isinstance(part, str))
        shown = _shown(detail) if known and setting not in secrets else ""
        lines.append(f"{place}: {_sentence(detail, root, shown)}".removeprefix(": "))
    return "\n".join(lines)


def expected(detail: ErrorDetails) -> str:
    """What should have been there, in words; "" where only a validator of ours could tell."""
    words = _EXPECTED.get(detail["type"], "")
    return words.format_map(detail.get("ctx", {})) if words else ""


def said(detail: ErrorDetails) -> str:
    """An error in a declaration written in Python: the field, what it is, and what is expected."""
    where, own = path(detail["loc"]), detail["msg"].removeprefix("Value error, ")
    words = _TEXTS if detail["type"] == "tuple_type" else expected(detail)
    told = f"expected {words}{_near(detail)}" if words else own
    return f"{where} = {_shown(detail)}: {told}" if where else told


def path(location: Location) -> str:
    """`source[0].feeds[1]`"""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).lstrip(".")


def _sentence(detail: ErrorDetails, root: type[BaseModel], shown: str) -> str:
    location = detail["loc"]
    key = path(location)
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a setting; {_did_you_mean(location, root)}"
    if detail["type"] == "missing":
        field = _model(location[:-1], root).model_fields[str(location[-1])]
        return f"{key} is missing. {field.description or ''}".rstrip()
    given = f"{key} = {shown}" if shown else key
    own = detail["msg"].removeprefix("Value error, ")
    words = _brackets(detail, root) or expected(detail)
    said = f"expected {words}{_near(detail)}" if words else own
    return f"{given}: {said}" if given else said


def _brackets(detail: ErrorDetails, root: type[BaseModel]) -> str:
    """TOML's own trap: [source] for [[source]], or the other way round."""
    if detail["type"] not in {"list_type", "tuple_type", "model_type"}:
        return ""
    key, *deeper = detail["loc"]
    if deeper:
        return "" if detail["type"] == "model_type" else _TEXTS
    if detail["type"] == "model_type":
        return f"a table: [{key}], in single brackets"
    has_tables = inner_table(root.model_fields[str(key)].annotation) is not None
    return f"[[{key}]], in double brackets, once for each" if has_tables else _TEXTS


def _near(detail: ErrorDetails) -> str:
    choices = re.findall(r"'([^']+)'", str(detail.get("ctx", {}).get("expected", "")))
    near = suggest(str(detail["input"]), choices)
    return f"; did you mean {near}?" if near else ""


def _shown(detail: ErrorDetails) -> str:
    """The value as it may be shown; a table or a list by its kind only, for what may be in it."""
    value: Any = detail["input"]
    if detail["type"] == "missing" or (detail["type"] == "value_error" and isinstance(value, dict)):
        return ""
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    if detail["type"] == "model_type":  # text in place of a table: perhaps of one with secrets
        return "a value"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} s"
    shown = json.dumps(value, ensure_ascii=False, default=str)
    shown = re.sub(r"//\S*@", "//***@", shown)
    shown = re.sub(r"xox\S+", 'xox***"', shown)
    return shown if len(shown) <= 100 else f"{shown[:100]}…"


# -- where it was set --------------------------------------------------------------------------


def _place(location: Location, file: str, variables: Mapping[str, str]) -> str:
    """The variable that set it, else the file."""
    for length in range(len(location), 0, -1):
        variable = variables.get(path(location[:length]))
        if variable is not None:
            return variable
    return file


# -- what could have been meant ----------------------------------------------------------------


def _did_you_mean(location: Location, root: type[BaseModel]) -> str:
    fields = _model(location[:-1], root).model_fields
    known = sorted(field.alias or name for name, field in fields.items())
    wrong = str(location[-1])
    if near := suggest(wrong, known):
        return f"did you mean {near}?"
    if elsewhere := [name for name in _names(root) if name.endswith(f".{wrong}")]:
        return f"did you mean {' or '.join(elsewhere)}?"
    return f"expected one of: {', '.join(known)}"


def _names(root: type[BaseModel]) -> Iterator[str]:
    """Every setting in a table of its own, as `crawl.interval`."""
    for key, field in root.model_fields.items():
        for inner in getattr(inner_table(field.annotation), "model_fields", ()):
            yield f"{key}.{inner}"


def _model(location: Location, root: type[BaseModel]) -> type[BaseModel]:
    """The table that a location leads into."""
    model = root
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = inner_table(model.model_fields[part].annotation) or model
    return model


def inner_table(annotation: Any) -> type[BaseModel] | None:
    """The table that a setting is, or is a list of."""
    inner = get_args(annotation)[0] if get_origin(annotation) in {list, tuple} else annotation
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
