"""Cache of the inflected forms of phrases, on disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipelines.rules.inflection.cache_folder import cache_folder, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class FormCache:
    """Forms of phrases by edition of a dictionary. One JSON file: data, never code.

    A file that cannot be read is as good as none; one that cannot be written costs time, no more.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._forms: dict[str, dict[str, list[str]]] = _read(path) if path else {}
        self._asked: dict[str, dict[str, Sequence[str]]] = {}
        self._new = 0

    @classmethod
    def nowhere(cls) -> FormCache:
        return cls(None)

    @classmethod
    def in_cache(cls) -> FormCache:
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
        write(self._path, json.dumps(self._asked, ensure_ascii=False).encode())


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
