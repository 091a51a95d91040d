"""Command `wirewatch sources canary`: is a good page of each source read as it was?"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from crawler.cli.common import FAILED, AsJson, ConfigFile, open_services, out, run_to_end
from crawler.crawl.scrapy.spider_loader import SourceLoader
from crawler.crawl.selection import select
from crawler.health.canaries.canary_check import CanaryCheck
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.database import no_store_yet

if TYPE_CHECKING:
    from crawler.config.source import Source
    from crawler.health.canaries.canary_check import CanaryResult
    from crawler.runtime.services import Services

SAME, CHANGED, ACCEPTED, NONE = "same", "changed", "accepted", "none yet"
_STYLE = {SAME: "green", CHANGED: "bold red", ACCEPTED: "yellow", NONE: "dim"}


def canary(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE…]", help="Names of sources, or @packs; else the enabled."),
    ] = None,
    *,
    accept: Annotated[
        bool, typer.Option("--accept", help="What a page comes to now is right.")
    ] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Read a good page of each source again: does it come to what it came to?

    Exit status 1: one does not.
    """
    services = open_services(config, 0)

    async def work() -> int:
        if not services.store.is_there:
            raise Unusable(no_store_yet(services.store))
        loader = SourceLoader.of(services.config)
        sources = select(names, loader.wires()) if names else loader.enabled(services.config)
        lines = [await _line(services, source, accept=accept) for source in sources]
        if as_json:
            sys.stdout.write(json.dumps({"canaries": lines}, ensure_ascii=False) + "\n")
        else:
            out().print(*map(_draw, lines), sep="\n")
        return FAILED if any(line["state"] == CHANGED for line in lines) else 0

    raise typer.Exit(run_to_end(services, work))


async def _line(services: Services, source: Source, *, accept: bool) -> dict[str, Any]:
    watch = CanaryCheck(services, [source])
    checked = await watch.check(source)
    if checked is None:
        return {"source": source.name, "state": NONE, "url": "", "changes": ""}
    if accept or not checked.changes:
        await watch.accept(source, checked, utc_now())
    state = SAME if not checked.changes else ACCEPTED if accept else CHANGED
    return _told(checked, state)


def _told(checked: CanaryResult, state: str) -> dict[str, Any]:
    return {
        "source": checked.source,
        "state": state,
        "url": checked.url,
        "changes": checked.changes,
    }


def _draw(line: dict[str, Any]) -> Text:
    shown = Text.assemble(f"{line['source']}: ", (line["state"], _STYLE[line["state"]]))
    if line["changes"]:
        shown.append(f": {line['changes']}\n  {line['url']}")
    return shown
