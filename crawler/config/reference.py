"""docs/configuration.md, made from the table of settings: `python -m crawler.config.reference`."""

from __future__ import annotations

import sys
import types
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from crawler.config.config import Config
from crawler.config.environment import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_HEAD = """\
# Configuration

One file, `wirewatch.toml` in the working directory; another by `--config FILE` or
`WIREWATCH_CONFIG`. Every setting has a default, so the file holds only what you change. An unknown
key or a bad value stops the program with a message that names the key and the file. `--config` and
`-v` follow the subcommand: `wirewatch status --config FILE`.

A variable of the environment wins over the file: the name is `WIREWATCH_` and the key in capitals,
with two underscores between the parts. With `_FILE` behind it, it names a file to read the value
from. Secrets come only that way, never from `wirewatch.toml`.

A relative path in the file is relative to the folder that the file lies in; one from a variable, or
without a file, to the working directory.

A running daemon takes an edit over within seconds, whole, or refuses it and says why
([deployment](deployment.md#change-the-configuration)). `store`, `extraction`, `websub`, `metrics`
and `log` take effect at its next start.

Durations are written `"30s"`, `"5m"`, `"48h"`, `"7d"`.

This page is made by `python -m crawler.config.reference`, and a test holds it to the code.
"""


def render() -> str:
    """The whole page, as Markdown."""
    top = {key: f for key, f in Config.model_fields.items() if _table(f) is None}
    parts = [_HEAD, "## At the top of the file\n", _rows(top, PREFIX)]
    for key, field in Config.model_fields.items():
        if (model := _table(field)) is not None:
            parts.extend(_section(key, field, model))
    return "\n".join(parts)


def _section(key: str, field: FieldInfo, model: type[BaseModel]) -> Iterator[str]:
    """One table, and those within it."""
    many = get_origin(field.annotation) in {list, tuple}
    heading = f"[[{key}]]" if many else f"[{key}]"
    said = (model.__doc__ or "").strip() if many or "." in key else ""
    yield f"## `{heading}`\n" + (f"\n{said}\n" if said else "")
    inner = {name: _table(f) for name, f in model.model_fields.items()}
    plain = {name: f for name, f in model.model_fields.items() if inner[name] is None}
    yield _rows(plain, "" if many or "." in key else f"{PREFIX}{key.upper()}__")
    for name, table in inner.items():
        if table is not None:
            yield from _section(f"{key}.{name}", model.model_fields[name], table)


def _table(field: FieldInfo) -> type[BaseModel] | None:
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _rows(fields: dict[str, FieldInfo], prefix: str) -> str:
    lines = ["| key | meaning | default | variable |", "|---|---|---|---|"]
    for name, field in fields.items():
        key = field.alias or name
        # No variable reaches one of several tables.
        variable = f"`{prefix}{key.upper()}`" if prefix else ""
        cells = (f"`{key}`", field.description or "", _default(field), variable)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    choices = ", ".join(_choices(field.annotation))
    if field.is_required():
        return f"required: {choices}" if choices else "required"
    return f"`{_toml(field.default)}`" + (f" (or {choices})" if choices else "")


def _choices(annotation: object) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (f"`{choice}`" for choice in get_args(annotation))
    elif get_origin(annotation) in {Union, types.UnionType}:
        for part in get_args(annotation):
            if part is not SecretStr:
                yield from _choices(part)


def _toml(value: object) -> str:
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if seconds % size == 0 and seconds >= 2 * size:
                return f'"{seconds // size}{unit}"'
        return f'"{seconds}s"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return "unset" if value is None else str(value)


if __name__ == "__main__":
    page = Path(__file__).parents[2] / "docs" / "configuration.md"
    page.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"wrote {page}\n")
