"""The documents say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from alerts.feedback.slash_commands import HELP
from alerts.gallery.gallery import pictures
from crawler.cli.sources import reference
from crawler.config.channel_kinds import kinds
from crawler.config.config import load
from crawler.config.reference import render
from crawler.crawl.scrapy.spider_loader import SourceLoader

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ROOMS = "crawler|spiders|pipelines|alerts|replica|tests|deploy|benchmarks|locks|docs"
#: What "adding a channel" has its reader write.
EXAMPLES = {"alerts/channels/spool.py", "tests/alerts/subjects/spool.py"}


def test_the_configuration_reference_is_the_table_of_settings() -> None:
    page = ROOT / "docs" / "configuration.md"
    assert page.read_text(encoding="utf-8") == render(), "run: python -m crawler.config.reference"


def test_the_configuration_that_the_readme_shows_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^ *```toml\n(.*?)```", page, re.DOTALL | re.MULTILINE)
    file = tmp_path / "wirewatch.toml"
    file.write_text(block, encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_SLACK__TOKEN", "xoxb-0000")
    config = load(file)
    assert {"tass", "kazinform"} <= {one.name for one in SourceLoader.of(config).enabled(config)}
    assert config.ops.channels == ["operators"]
    assert config.default_channels == ("desk",)


def test_the_catalogue_of_sources_is_that_of_the_declarations() -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert reference.within(page) == reference.render(), (
        "run: python -m crawler.cli.sources.reference"
    )


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_channel_has_its_line_and_its_chapter(kind: str) -> None:
    page = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    assert f"\n| `{kind}` |" in page
    assert f"\n## `{kind}`\n" in page


def test_the_slack_manifest_is_json_with_what_feedback_needs() -> None:
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    block = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert block is not None
    manifest = json.loads(block[1])
    assert {"chat:write", "channels:history", "commands"} <= set(
        manifest["oauth_config"]["scopes"]["bot"]
    )
    assert manifest["settings"]["socket_mode_enabled"]
    assert manifest["settings"]["interactivity"]["is_enabled"]
    (command,) = manifest["features"]["slash_commands"]
    asked = [line.partition(":")[0].removeprefix("/wirewatch ") for line in HELP]
    assert sorted(command["usage_hint"].split(" | ")) == sorted(asked)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_pictures_of_messages_are_those_that_the_code_draws() -> None:
    folder = ROOT / "docs" / "messages"
    kept = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.svg")}
    assert kept == pictures(), "run: python -m alerts.gallery.gallery docs/messages"


def _named(page: Path) -> set[str]:
    text = page.read_text(encoding="utf-8")
    return set(re.findall(rf"(?<![\w./-])(?:{ROOMS})/[\w/.-]*\w", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_module_that_a_page_names_is_there(page: Path) -> None:
    gone = sorted(path for path in _named(page) - EXAMPLES if not (ROOT / path).exists())
    assert gone == [], f"{page.name} names what is not there"


def test_every_test_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"(tests/[\w/]+\.py)::(test_\w+)", text)
    assert named
    gone = [
        f"{path}::{test}"
        for path, test in named
        if not re.search(rf"def {test}\(", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert gone == []
