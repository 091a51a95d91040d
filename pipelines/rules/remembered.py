"""What took long to work out, kept in the user's cache folder. It may be lost at any time."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/wirewatch`, else `~/.cache/wirewatch`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "wirewatch"


class Remembered:
    """Forms of phrases by edition of a dictionary. One JSON file: data, never code.

    A file that cannot be read is as good as none; one that cannot be written costs time, no more.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._forms: dict[str, dict[str, list[str]]] = _read(path) if path else {}
        self._asked: dict[str, dict[str, Sequence[str]]] = {}
        self._new = 0

    @classmethod
    def nowhere(cls) -> Remembered:
        return cls(None)

    @classmethod
    def in_cache(cls) -> Remembered:
        return cls(cache_folder() / "forms.json")

    def get(self, edition: str, phrase: str) -> Sequence[str] | None:
        found = self._forms.get(edition, {}).get(phrase)
        if found is not None:
            self._asked.setdefault(edition, {})[phrase] = found
        return found

    def put(self, edition: str, phrase: str, forms: Sequence[str]) -> None:
        self._forms.setdefault(edition, {})[phrase] = list(forms)
        self._asked.setdefault(edition, {})[phrase] = forms
        self._new += 1

    def save(self) -> None:
        """Write what was asked for since it was opened, where any of it is new."""
        if not self._path or not self._new:
            return
        self._new = 0
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".forms")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self._asked, file, ensure_ascii=False)
            Path(name).replace(self._path)
        except OSError as error:
            logger.debug("forms are not kept path=%s reason=%s", self._path, error.strerror)


def _read(path: Path) -> dict[str, dict[str, list[str]]]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if _is_sound(values) else {}


def _is_sound(values: object) -> bool:
    return isinstance(values, dict) and all(
        isinstance(phrases, dict)
        and all(
            isinstance(forms, list) and all(isinstance(form, str) for form in forms)
            for forms in phrases.values()
        )
        for phrases in values.values()
    )
