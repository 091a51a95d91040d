"""Generator of the catalogue in docs/sources.md (`python -m crawler.cli.sources.reference`)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.config.config import Config
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.selection import PACKS, members

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN, END = "<!-- made by python -m crawler.cli.sources.reference -->", "<!-- as far as here -->"


def render() -> str:
    """The packs and their sources, then those that no pack brings, as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    wires = SourceLoader.of(Config.model_construct()).wires()
    yield "| pack | what it is for | its sources |\n|---|---|---|"
    for pack, names in members(wires.values()).items():
        yield f"| `@{pack}` | {PACKS[pack]} | {', '.join(f'`{name}`' for name in names)} |"
    yield "\nEnabled by name only, because nobody has seen their road work:\n"
    yield "| source | outlet | why it is unproven |\n|---|---|---|"
    for name, source in sorted(wires.items()):
        if source.unproven:
            yield f"| `{name}` | {source.title} | {source.unproven} |"


def within(page: str) -> str:
    """What stands in the page where the catalogue belongs."""
    return page.partition(BEGIN)[2].partition(END)[0].strip()


if __name__ == "__main__":
    file = Path(__file__).parents[3] / "docs" / "sources.md"
    page = file.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    file.write_text(f"{head}{BEGIN}\n{render()}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    sys.stdout.write(f"wrote {file}\n")
