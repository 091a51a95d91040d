"""Terminal channel: shows each alert as Slack would show it.

A terminal remembers nothing: after a crash between showing and recording, the alert is shown again.
The promise here is "at least once", and `find` says so.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, TextIO

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from alerts.channel import CannotTell, MessageRejected
from alerts.message.compose import Role, compose

if TYPE_CHECKING:
    from rich.console import RenderableType

    from alerts.channel import Place
    from alerts.message.compose import Line, Message
    from crawler.model.alert import Alert

FOLLOWS = True
PLAIN_WIDTH = 100  # where nobody is looking through a window


def build(place: Place) -> Terminal:
    return Terminal(name=place.declared.name, timezone=place.config.alerts.timezone)


class Terminal:
    """Standard output, or another stream."""

    pace = 0.0
    visible_within = 0.0

    def __init__(self, *, name: str, timezone: str, stream: TextIO | None = None) -> None:
        self.name = name
        self._timezone = timezone
        self._stream = stream

    async def send(self, alert: Alert) -> str:
        if alert.is_update:  # what was shown stays as it is; the reply says what is new
            return "nothing to show"
        message = compose(alert, timezone=self._timezone)
        # A reader that does not read must not stop the crawl.
        shown = short(message) if alert.is_reply else panel(message, channel=self.name)
        await asyncio.to_thread(self._show, shown)
        return "shown"

    async def find(self, alert: Alert) -> str | None:
        raise CannotTell("a terminal does not remember what it showed")

    async def check(self) -> list[str]:
        return ["the terminal needs nothing; after a crash it may show an alert twice"]

    async def close(self) -> None:
        """Standard output is not ours to close."""

    def _show(self, shown: RenderableType) -> None:
        stream = self._stream or sys.stdout
        try:
            width = None if stream.isatty() else PLAIN_WIDTH
            console = Console(file=stream, width=width, highlight=False)
            with console.capture() as capture:
                console.print(shown)
            encoding = stream.encoding or "utf-8"
            stream.write(capture.get().encode(encoding, "replace").decode(encoding))
            stream.flush()
        except (OSError, ValueError) as error:  # the reader has gone, or the stream was closed
            raise MessageRejected(f"the terminal cannot be written to: {error}") from None


def panel(message: Message, *, channel: str) -> Panel:
    """The message in a frame, under its channel's name."""
    parts: list[RenderableType] = [_drawn(line, message.icon) for line in message.lines]
    if message.url:
        parts.append(Text(message.url, style="blue underline", overflow="fold"))
    return Panel(
        Group(*parts), title=f"# {channel}", title_align="left", subtitle_align="left", expand=True
    )


def short(message: Message) -> Text:
    """One line for what became of something that was shown before."""
    return Text(message.summary, style="dim")


def _drawn(line: Line, icon: str) -> RenderableType:
    text = Text(style="dim" if line.role is Role.DETAIL else "")
    if line.role is Role.HEADLINE:
        text.append(f"{icon} ")
    for span in line.spans:
        style = "bold" if span.bold else ""
        text.append(span.text, f"{style} link {span.url}".strip() if span.url else style)
    if line.role is Role.QUOTE:
        return Padding(Text.assemble(("▎ ", "yellow"), text), (0, 0, 0, 1))
    return text
