"""Pages of every shape that was met, each with what must be understood of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.page_fixtures import check

FOLDERS = sorted((Path(__file__).parent / "pages").iterdir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_page_is_understood_as_its_folder_says(folder: Path) -> None:
    check(folder)


def test_there_are_pages_of_many_shapes() -> None:
    assert len(FOLDERS) >= 20
