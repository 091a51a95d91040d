"""E-mail body of a message: plain text, or simple HTML, for whatever passes it on.

Where it ends up is not known: a mail reader, a chat that reads Markdown, a phone. So what a
stranger wrote is made `inert`, and addresses stand in the open.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from alerts.message.compose import Role
from alerts.message.escaping import clip, inert

if TYPE_CHECKING:
    from collections.abc import Callable

    from alerts.message.compose import Line, Message
    from alerts.message.evidence_quotes import Span

SUBJECT = 150


def subject(message: Message) -> str:
    """The headline, short enough for a subject line; what has none says what it is about."""
    first = message.lines[0]
    words = first.text if first.role is Role.HEADLINE else message.summary
    return f"{message.icon} {clip(inert(words.removeprefix(f'{message.icon} ')), SUBJECT)}"


def text(message: Message) -> str:
    """Every line of the message, each run of one kind a paragraph."""
    runs = groupby(message.lines, key=lambda line: line.role)
    return "\n\n".join("\n".join(_text(line, message.icon) for line in run) for _, run in runs)


def html(message: Message) -> str:
    """The same in HTML, with the headline linked and the matched terms in bold."""
    return "\n".join(_html(line, message.icon) for line in message.lines)


def fitted(message: Message, draw: Callable[[Message], str], room: int) -> str:
    """As much of the message as fits when drawn; lines are left out whole, from the end."""
    while len(drawn := draw(message)) > room and len(message.lines) > 1:
        message = replace(message, lines=message.lines[:-1])
    return drawn


def _text(line: Line, icon: str) -> str:
    words = "".join(inert(span.text) for span in line.spans)
    start = {Role.HEADLINE: f"{icon} ", Role.QUOTE: "> "}.get(line.role, "")
    return "\n".join((start + words, *(span.url for span in line.spans if span.url)))


def _html(line: Line, icon: str) -> str:
    words = "".join(_drawn(span) for span in line.spans)
    match line.role:
        case Role.HEADLINE:
            return f"<p>{icon} {words}</p>"
        case Role.DETAIL:
            return f"<p><small>{words}</small></p>"
        case Role.QUOTE:
            return f"<blockquote>{words}</blockquote>"
        case Role.TEXT:
            return f"<p>{words}</p>"


def _drawn(span: Span) -> str:
    words = escape(inert(span.text))
    if span.bold:
        words = f"<b>{words}</b>"
    return f'<a href="{escape(span.url)}">{words}</a>' if span.url else words
