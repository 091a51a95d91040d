"""Sanitising and escaping: what a stranger wrote can be read, and can do nothing else.

`clean` comes first, for every channel: what remains is one line of visible characters. `mrkdwn`
then makes it literal for Slack, whose rules for text are few: `&`, `<` and `>` are written as
entities, and nothing else can be escaped
(https://docs.slack.dev/messaging/formatting-message-text). The characters that would start bold,
italics, strikes or code are therefore replaced by their look-alikes.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

ELLIPSIS = "…"
LONGEST_URL = 1500  # Slack cuts a section at 3,000 characters; half of one is enough for an address
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # controls, bidi, zero-width, half pairs
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LITERAL = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_LOOKALIKES = str.maketrans(_LITERAL)
_MEANT = str.maketrans({shown: meant for meant, shown in _LITERAL.items()})
_LOOKALIKE_ANGLES = str.maketrans({"<": "‹", ">": "›"})
_BEGINNINGS = re.compile(r"(?<=[@\]])(?=[\w(&!])")  # of mentions, of Markdown's links
# Letters and marks that show nothing: fillers of Hangul, an empty pattern of Braille.
_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_EMOJI = re.compile(r":(?=[a-z0-9+'-]+:)")  # `:fire:` would be drawn as one
_PING = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_STACKED = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+"
)
_WORD_JOINER = "\u2060"


def clean(text: str) -> str:
    """One line: no control, bidi, zero-width or unpaired characters, no runs of white space."""
    visible = "".join(" " if one.isspace() else "" if _is_invisible(one) else one for one in text)
    return " ".join(_STACKED.sub(r"\1", visible).split())


def _is_invisible(one: str) -> bool:
    return unicodedata.category(one) in _INVISIBLE or one in _EMPTY


def mrkdwn(text: str) -> str:
    """Cleaned text that Slack shows as it is: no mention, link, quote or format begins in it."""
    literal = text.translate(_LOOKALIKES)
    if literal.startswith(">"):
        literal = "›" + literal[1:]  # Slack reads `&gt;` at the start of a line as a quotation
    literal = _PING.sub("@" + _WORD_JOINER, literal)
    literal = _EMOJI.sub(":" + _WORD_JOINER, literal)
    return "".join(_ENTITIES.get(one, one) for one in literal)


def inert(text: str) -> str:
    """Cleaned text that means nothing to whichever markup is read: Markdown, HTML, mentions."""
    literal = text.translate(_LOOKALIKES).translate(_LOOKALIKE_ANGLES)
    return _BEGINNINGS.sub(_WORD_JOINER, literal)


def typed(text: str) -> str:
    """What was meant by one who copied a word that `mrkdwn` made literal."""
    return text.translate(_MEANT)


def cost(text: str) -> int:
    """How many characters `text` takes once it is escaped."""
    return len(text) + sum(4 if one == "&" else 3 for one in text if one in _ENTITIES)


def clip(text: str, room: int) -> str:
    """As much of unescaped text as fits into `room` escaped characters, cut at a word with "…"."""
    if cost(text) <= room:
        return text
    left = room - len(ELLIPSIS)
    end = 0
    for one in text:
        left -= cost(one)
        if left < 0:
            break
        end += 1
    word = text.rfind(" ", 0, end + 1)
    # A "word" of a whole line (Chinese, or an attack) is cut where the room ends.
    cut = text[:word] if word > end // 2 else text[:end]
    return cut.rstrip(" ,;:-–—") + ELLIPSIS if room >= len(ELLIPSIS) else ""


def safe_url(url: str) -> str:
    """The address where it may be linked: http(s), bounded, with nothing that ends a link early."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            return ""
    except ValueError:
        return ""
    visible = "".join(c for c in url.strip() if unicodedata.category(c) not in _INVISIBLE)
    quoted = quote(visible, safe="!#$%&'()*+,/:;=?@[]~-._")
    return quoted if cost(quoted) <= LONGEST_URL else ""


def link(url: str, label: str) -> str:
    """A Slack link around cleaned text; the bare label where the address cannot be linked."""
    inner = mrkdwn(label.replace("|", "¦"))
    address = safe_url(url)
    return f"<{address.replace('&', '&amp;')}|{inner}>" if address and inner else inner
