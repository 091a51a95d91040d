"""Draw a message in Slack's Block Kit, within its limits, with every word of it literal.

Limits: 3,000 characters a section, 2,000 a context element, 50 blocks a message
(https://docs.slack.dev/reference/block-kit/blocks), and, as measured by others, 13,000 in all
(https://github.com/slackapi/bolt-js/issues/2509). `verbatim` keeps Slack from turning addresses
and names in our text into links and mentions of its own.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from alerts.message.compose import Line, Role
from alerts.message.escaping import ELLIPSIS, link, mrkdwn
from alerts.message.evidence_quotes import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from alerts.message.compose import Message

SECTION = 3000
CONTEXT = 2000
BLOCKS = 50
WHOLE = 12_500  # some room for buttons
TEXT = 4000  # Slack's advice for the text of a message; it cuts at 40,000


def blocks(
    message: Message, below: Sequence[dict[str, Any]] = (), *, said: str = ""
) -> list[dict[str, Any]]:
    """The message in Block Kit: small print as context, each run of other lines as a section.

    `said` is what staff answered, in mark-up; `below` are the blocks to answer with.
    """
    drawn: list[dict[str, Any]] = []
    for role, lines in groupby(_within(message.lines), key=lambda line: line.role):
        if role is Role.DETAIL:
            elements = [_text(_drawn(line), CONTEXT) for line in lines]
            drawn.append({"type": "context", "elements": elements[:10]})
            continue
        texts = [_drawn(line) for line in lines]
        if role is Role.HEADLINE:
            texts[0] = f"{message.icon} {texts[0]}"
        drawn += [{"type": "section", "text": _text(t, SECTION)} for t in _packed(texts)]
    answers = [{"type": "context", "elements": [_text(said, CONTEXT)]}] if said else []
    return [*drawn[: BLOCKS - len(answers) - len(below)], *answers, *below]


def plain(message: Message, *, said: str = "") -> str:
    """The whole message as one text, for where blocks cannot be shown."""
    first, *rest = message.lines
    lines = [_drawn(line) for line in rest]
    texts = [f"{message.icon} {_drawn(first)}", *([said] if said else []), *lines]
    return next(iter(_packed(texts, TEXT)))


def fallback(message: Message) -> str:
    """What a notification shows, and a screen reader says."""
    return mrkdwn(message.summary)


def _within(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines that fit into one message; those after them are marked by an ellipsis."""
    room = WHOLE
    for line in lines:
        room -= len(_drawn(line)) + 1
        if room < 0:
            yield Line(role=Role.TEXT, spans=(Span(text=ELLIPSIS),))
            return
        yield line


def _text(text: str, limit: int) -> dict[str, Any]:
    if len(text) > limit:  # lines are composed shorter than this: it would be a defect of ours
        raise ValueError(f"a text of {len(text)} characters where Slack takes {limit}")
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _packed(texts: Iterable[str], limit: int = SECTION) -> Iterable[str]:
    """Join lines into texts within the limit; a line is never split."""
    packed: list[str] = []
    length = 0
    for text in texts:
        if packed and length + len(text) + 1 > limit:
            yield "\n".join(packed)
            packed, length = [], 0
        packed.append(text)
        length += len(text) + 1
    if packed:
        yield "\n".join(packed)


def _drawn(line: Line) -> str:
    text = ""
    for number, span in enumerate(line.spans):
        following = line.spans[number + 1].text if number + 1 < len(line.spans) else ""
        text += _span(span, before=text[-1:], after=following[:1])
    return f"> {text}" if line.role is Role.QUOTE else text


def _span(span: Span, *, before: str, after: str) -> str:
    inner = link(span.url, span.text) if span.url else mrkdwn(span.text)
    if not span.bold:
        return inner
    # Slack sees a format only at the edge of a word. Chinese has no such edges, Russian compounds
    # few; a zero-width space makes one.
    edge = "\u200b"
    return f"{edge if before.isalnum() else ''}*{inner}*{edge if after.isalnum() else ''}"
