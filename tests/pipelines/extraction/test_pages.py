"""A folder is a test: `page.html`, what is known beforehand, and what must be understood of it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.types import Entry, Extracted, Hints
from pipelines.extraction.article import extract
from pipelines.extraction.refusal import NotAnArticle

if TYPE_CHECKING:
    from crawler.types import Instant

PAGES = Path(__file__).parent / "pages"
FOLDERS = sorted(PAGES.iterdir())


def understand(folder: Path) -> Extracted:
    meta = _read(folder / "meta.json")
    entry = meta.get("entry")
    if entry:
        entry = Entry(**entry | {"published": datetime.fromisoformat(entry["published"])})
    hints: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in meta["hints"].items()
    }
    return extract(
        (folder / "page.html").read_bytes(),
        meta["url"],
        charset=meta["charset"],
        hints=Hints(**hints),
        now=datetime.fromisoformat(meta["now"]),
        entry=entry,
    )


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


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


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_page_is_understood_as_its_folder_says(folder: Path) -> None:
    expected = _read(folder / "expected.json")
    if "rejected" in expected:
        with pytest.raises(NotAnArticle) as refusal:
            understand(folder)
        assert refusal.value.reason == expected["rejected"]
        return
    found = understand(folder)
    for name in ("title", "language", "credit", "dateline", "lead", "canonical_link"):
        if name in expected:
            assert getattr(found, name) == expected[name], name
    assert list(found.authors) == expected.get("authors", list(found.authors))
    if "paragraphs" in expected:
        assert found.text.splitlines() == expected["paragraphs"]
    for part in expected.get("contains", ()):
        assert part in found.text
    if "published" in expected:
        assert _shown(found.published, expected["published"]) == expected["published"]
    if "modified" in expected:
        assert (found.modified and found.modified.at.isoformat()) == expected["modified"]


def test_there_are_pages_of_many_shapes() -> None:
    assert len(FOLDERS) >= 20
