"""The documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alerts.gallery import pictures
from crawler.config_reference import render
from crawler.sources import reference

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_the_configuration_reference_is_the_table_of_settings() -> None:
    page = ROOT / "docs" / "configuration.md"
    assert page.read_text(encoding="utf-8") == render(), "run: python -m crawler.config_reference"


def test_the_catalogue_of_sources_is_that_of_the_declarations() -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert reference.within(page) == reference.render(), "run: python -m crawler.sources.reference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_pictures_of_messages_are_those_that_the_code_draws() -> None:
    folder = ROOT / "docs" / "messages"
    kept = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.svg")}
    assert kept == pictures(), "run: python -m alerts.gallery docs/messages"
