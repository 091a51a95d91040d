"""Consoles on which text from outside can be read, and can do nothing else.

What a stranger wrote may hold characters that turn a line around, hide or move the cursor. They are
taken out of all that is printed, after it was laid out: they have no width.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderHook
from rich.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import ConsoleOptions, ConsoleRenderable

_KEPT = "\n\t"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINER = "\u200c"  # without it Persian words run into one another
_PERSIAN = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff]")


def harmless_console(**options: Any) -> Console:
    """A console of `options` that prints no control, bidi, zero-width or unpaired character."""
    console = Console(highlight=False, **options)
    console.push_render_hook(_Neutral())
    return console


def neutral(text: str) -> str:
    """Without what is not seen, but for line breaks and the joiner between Persian letters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one for place, one in enumerate(text) if _is_shown(text, place))


def _is_shown(text: str, place: int) -> bool:
    one = text[place]
    if one == _JOINER:
        around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
        return len(_PERSIAN.findall(around)) == 2
    return one in _KEPT or unicodedata.category(one) not in _INVISIBLE


class _Neutral(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Neutralised(one) for one in renderables]


class _Neutralised:
    """Something to print, without what is not seen in it."""

    def __init__(self, renderable: ConsoleRenderable) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for text, style, control in console.render(self._renderable, options):
            yield Segment(text if control else neutral(text), style, control)
