"""What the environment says of the settings, and which variable is to blame when it is wrong.

`WIREWATCH_` and the setting's name in capitals, `__` between its parts; a list or a table is JSON.
With `_FILE` behind it a variable names the file that holds the value.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

from crawler.config.channel_secrets import OURS
from crawler.config.messages import inner_table
from crawler.model.exceptions import Unusable
from crawler.model.formatting import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

PREFIX = "WIREWATCH_"
CONFIG_VARIABLE = "WIREWATCH_CONFIG"
_FILE = "_FILE"


class Variables:
    """The variables that are set, for the settings of one configuration."""

    def __init__(self, root: type[BaseModel]) -> None:
        self._root = root
        self._set = {name.upper(): value for name, value in os.environ.items()}
        self._settings = dict(self._settable())

    def _settable(self) -> Iterator[tuple[str, str]]:
        """Variable and dotted setting, for all that one variable can set."""
        for key, field in self._root.model_fields.items():
            yield f"{PREFIX}{key.upper()}", key
            if get_origin(field.annotation) is not list:
                for inner in getattr(inner_table(field.annotation), "model_fields", ()):
                    yield f"{PREFIX}{key.upper()}__{inner.upper()}", f"{key}.{inner}"

    def refuse_unknown(self) -> None:
        """Raise `Unusable` for a variable with our prefix that sets nothing."""
        for variable in self._set:
            name = variable.removesuffix(_FILE)
            ours = variable.startswith(PREFIX) and variable != CONFIG_VARIABLE
            if ours and name not in self._settings and not OURS.fullmatch(variable):
                near = suggest(name, self._settings)
                raise Unusable(
                    f"the environment variable {variable} sets nothing that exists"
                    + (f"; did you mean {near}?" if near else "")
                )

    def from_files(self) -> dict[str, str]:
        """Dotted setting -> what the file says that its `_FILE` variable names."""
        found: dict[str, str] = {}
        for variable, dotted in self._settings.items():
            named = self._set.get(f"{variable}{_FILE}")
            if named is not None:
                found[dotted] = _content(f"{variable}{_FILE}", named)
        return found

    def files(self) -> list[Path]:
        """The files that `_FILE` variables name."""
        return [
            Path(file)
            for name, file in self._set.items()
            if name.startswith(PREFIX) and name.endswith(_FILE)
        ]

    def channel_secrets(self) -> dict[str, str]:
        """Variable of a channel's secret -> the secret, itself or as a file holds it."""
        ours = {name: value for name, value in self._set.items() if OURS.fullmatch(name)}
        named = {name: file for name, file in ours.items() if name.endswith(_FILE)}
        read = {name.removesuffix(_FILE): _content(name, file) for name, file in named.items()}
        return read | {name: value for name, value in ours.items() if name not in named}

    def blamed(self) -> dict[str, str]:
        """Dotted setting -> the variable that gives it its value."""
        found: dict[str, str] = {}
        for variable, dotted in self._settings.items():
            for name in (variable, f"{variable}{_FILE}"):
                if name in self._set:
                    found.setdefault(dotted, name)
        for key in self._root.model_fields:
            # A table in one variable is added to what the file says: only its own keys are meant.
            table = _json(self._set.get(found.get(key, ""), ""))
            if isinstance(table, dict):
                variable = found.pop(key)
                found = {f"{key}.{inner}": variable for inner in table} | found
        return found

    def unreadable(self) -> str:
        """Which variable holds a list or a table that is not written as one."""
        wrong = (
            f"{variable}: {dotted}"
            for variable, dotted in self._settings.items()
            if self._is_many(dotted)
            and variable in self._set
            and _json(self._set[variable]) is None
        )
        return (
            f"{next(wrong, 'a WIREWATCH_ variable')}: expected JSON, as a list or a table is "
            'written in a variable: ["one", "two"], or {"interval": "5m"}'
        )

    def _is_many(self, dotted: str) -> bool:
        key, _, inner = dotted.partition(".")
        annotation = self._root.model_fields[key].annotation
        table = inner_table(annotation)
        if inner and table is not None:
            return get_origin(table.model_fields[inner].annotation) is list
        return table is not None or get_origin(annotation) is list


def _content(variable: str, file: str) -> str:
    """What the file holds that the variable names."""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Unusable(f"{variable}: {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unusable(f"{variable}: {file}: not text in UTF-8") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
