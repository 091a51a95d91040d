"""A folder is a test: `page.html`, what is known beforehand, and what must be understood of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from crawler.model.items import Entry, Extracted, Hints
from pipelines.extraction.article import extract
from pipelines.extraction.not_an_article import NotAnArticle

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.model.items import Instant

_EXACT = ("title", "language", "credit", "dateline", "lead", "canonical_link")


def check(folder: Path, hints: Hints | None = None) -> None:
    """Extraction understands the page as `expected.json` says; `hints` win over `meta.json`'s."""
    expected = read(folder / "expected.json")
    if "rejected" in expected:
        with pytest.raises(NotAnArticle) as refusal:
            understand(folder, hints)
        assert refusal.value.reason == expected["rejected"]
        return
    found = understand(folder, hints)
    for name in _EXACT:
        if name in expected:
            assert getattr(found, name) == expected[name], name
    assert list(found.authors) == expected.get("authors", list(found.authors))
    if "paragraphs" in expected:
        assert found.text.splitlines() == expected["paragraphs"]
    for part in expected.get("contains", ()):
        assert part in found.text
    for part in expected.get("lacks", ()):
        assert part not in found.text
    if "published" in expected:
        assert _shown(found.published, expected["published"]) == expected["published"]
    if "modified" in expected:
        assert (found.modified and found.modified.at.isoformat()) == expected["modified"]


def understand(folder: Path, hints: Hints | None = None) -> Extracted:
    meta = read(folder / "meta.json")
    entry = meta.get("entry")
    if entry:
        entry = Entry(**entry | {"published": datetime.fromisoformat(entry["published"])})
    return extract(
        (folder / "page.html").read_bytes(),
        meta["url"],
        charset=meta["charset"],
        hints=hints or _hints(meta["hints"]),
        now=datetime.fromisoformat(meta["now"]),
        entry=entry,
    )


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _hints(stated: dict[str, Any]) -> Hints:
    hints: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stated.items()}
    return Hints(**hints)


def _shown(instant: Instant | None, expected: dict[str, Any] | None) -> dict[str, Any] | None:
    """As much of an instant as the expectation names."""
    if instant is None:
        return None
    known = {
        "at": instant.at.isoformat(),
        "precision": instant.precision.value,
        "zone_rule": instant.zone_rule.value,
        "signal": instant.signal,
        "disagreeing": list(instant.disagreeing),
    }
    return {key: value for key, value in known.items() if expected is None or key in expected}
