"""TOML writer for `[[source]]` tables, and the configuration file that they are added to."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.config.config import DEFAULT_PATH, find, load
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.config.source import Source


def declaration(source: Source, remarks: Sequence[str] = ()) -> str:
    """The source as TOML: what differs from the defaults, in the order of the reference.

    Remarks stand above it as comments, a line each.
    """
    told = source.model_dump(mode="json", exclude_defaults=True)
    lines = [*(f"# {_one_line(remark)}" for remark in remarks), *_table("source", told, many=True)]
    return "\n".join(lines) + "\n"


def add_to_file(path: Path | None, declarations: Sequence[str]) -> Path:
    """Append the tables to the configuration, and return its path.

    The file is replaced as a whole, and only where the outcome is a configuration that can be
    loaded. Raises `Unusable`, and the file is as it was.
    """
    file = (find(path) or Path(DEFAULT_PATH)).resolve()
    try:
        before = file.read_bytes() if file.exists() else b""
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
        after = before.rstrip() + b"\n\n" if before.strip() else b""
        after += "\n".join(declarations).encode()
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        draft = Path(name)
    except OSError as error:
        raise Unusable(f"{file}: cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(after)
            written.flush()
            os.fsync(written.fileno())
        draft.chmod(mode)
        load(draft)
        draft.replace(file)
    except Unusable as error:
        raise Unusable(f"nothing was added: {str(error).replace(name, str(file))}") from None
    except OSError as error:
        raise Unusable(f"{file}: cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    return file


def _table(name: str, values: Mapping[str, Any], *, many: bool) -> Iterator[str]:
    yield f"[[{name}]]" if many else f"[{name}]"
    nested: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict) or (isinstance(value, list) and _is_tables(value)):
            nested[key] = value
        else:
            yield f"{key} = {_value(value)}"
    for key, value in nested.items():
        for one in value if isinstance(value, list) else [value]:
            yield ""
            yield from _table(f"{name}.{key}", one, many=isinstance(value, list))


def _is_tables(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(one, dict) for one in value)


def _value(value: Any) -> str:
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"  # an expression, as people write it
    # JSON's strings, numbers, booleans and lists are TOML's too, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
