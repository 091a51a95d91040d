"""Server process of the replica: says where it answers, one JSON object a line, and stays."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from typing import Annotated

import typer

from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from replica.outlets import OUTLETS
from replica.service import WireService
from replica.story import load_stories


def main() -> None:
    """Run the command line of `python -m replica.serve`."""
    typer.run(serve)


def serve(
    *,
    port: Annotated[int, typer.Option(help="Of the first outlet, the others follow; 0: any.")] = 0,
    live_after: Annotated[
        float, typer.Option(help="Seconds until the first live story; negative: never.")
    ] = -1,
    live_every: Annotated[float, typer.Option(help="Seconds between two live stories.")] = 1,
    crawl_delay: Annotated[
        float, typer.Option(help="Crawl-delay in robots.txt; negative: none.")
    ] = -1,
    page_bytes: Annotated[int, typer.Option(help="Weight of an article page; 0: as it is.")] = 0,
) -> None:
    """Serve every outlet until SIGTERM or Ctrl-C."""
    ports = {outlet.name: port + turn if port else 0 for turn, outlet in enumerate(OUTLETS)}
    service = WireService(
        load_stories(),
        clock=utc_now,
        ports=ports,
        crawl_delay=crawl_delay if crawl_delay >= 0 else None,
        page_bytes=page_bytes,
    )
    try:
        asyncio.run(_serve(service, live_after=live_after, live_every=live_every))
    except Unusable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


async def _serve(service: WireService, *, live_after: float, live_every: float) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with service:
        for name, url in service.urls.items():
            _say(outlet=name, url=url)
        publishing = asyncio.create_task(
            _publish(service, after=live_after, every=live_every) if live_after >= 0 else _nothing()
        )
        await stop.wait()
        publishing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await publishing


async def _nothing() -> None:
    """Publish nothing: the archive is all there is."""


async def _publish(service: WireService, *, after: float, every: float) -> None:
    await asyncio.sleep(after)
    for story in service.live:
        shown = service.publish(story)
        _say(
            published=story.id,
            kind=story.kind.value,
            outlet=story.outlet,
            url=shown.url,
            expects_alert=story.expects_alert,
        )
        await asyncio.sleep(every)
    _say(published=None)


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
