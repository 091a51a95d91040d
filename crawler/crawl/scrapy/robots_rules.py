"""A robots.txt parser (RFC 9309): what one crawler may fetch of a site, and at what pace.

Read as Google's own parser reads it where the RFC leaves something open: a group's name ends at the
first character that no product token has, unknown lines end no group, typing errors in the names of
fields are forgiven. Crawl-delay, which neither of them knows, belongs to its group.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 512_000  # bytes that are read of a file: 500 KiB, as RFC 9309 has it
_LONGEST_PATH = 8_192  # characters of a rule that are compared
_BOM = b"\xef\xbb\xbf"
# Lines that say something, found in C: a file may hold a quarter of a million others.
_LINE = re.compile(
    rb"(?:\A|[\r\n])[ \t]*(user[ -]?agent|allow|dis{1,2}al{1,2}ow|diasl{1,2}[ao]w|crawl-?delay)"
    rb"[ \t]*[: \t]([^\r\n]*)",
    re.IGNORECASE,
)
_TOKEN = re.compile(rb"[A-Za-z_-]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_INDEX = re.compile(r"/index\.html?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`pieces` are what stands between the stars of a path; `anchored` says that it ends in $."""

    allows: bool
    length: int
    pieces: tuple[str, ...]
    anchored: bool

    def matches(self, path: str) -> bool:
        first, *rest = self.pieces
        if not path.startswith(first):
            return False
        at = len(first)
        if not rest:
            return not self.anchored or at == len(path)
        last = rest.pop() if self.anchored else ""
        for piece in rest:  # the leftmost place of each leaves the most room for the next
            found = path.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return path.endswith(last) and len(path) - len(last) >= at


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """The rules of one site for one crawler, the longest first; `delay` is its Crawl-delay."""

    rules: tuple[Rule, ...] = ()
    delay: float | None = None

    def allows(self, url: str) -> bool:
        """May this address be fetched? Of the rules that match, the longest decides."""
        parts = urlsplit(url)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        decides = next((rule for rule in self.rules if rule.matches(path)), None)
        return decides is None or decides.allows


@dataclass(slots=True)
class _Group:
    rules: list[Rule] = field(default_factory=list)
    delay: float | None = None


def parse(body: bytes, product: str) -> RobotsRules:
    """The rules for the crawler whose product token is `product`: its own, else those for all."""
    mine, everybody = _Group(), _Group()
    named = False
    groups: list[_Group] = []  # those that the lines at hand belong to
    ruled = True  # a line of rules came since the last name: the next name begins a group
    for key, value in _lines(body):
        if key.startswith(b"user"):
            if ruled:
                groups, ruled = [], False
            if value.startswith(b"*") and not value[1:2].strip():
                groups.append(everybody)
            elif _token(value) == product.lower().encode():
                groups.append(mine)
                named = True
            continue
        ruled = True
        for group in groups:
            _take(group, key, value)
    chosen = mine if named else everybody
    # Of rules that are equally long the one that allows wins.
    ordered = sorted(chosen.rules, key=lambda rule: (-rule.length, not rule.allows))
    return RobotsRules(rules=tuple(ordered), delay=chosen.delay)


def _lines(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    body = body.removeprefix(_BOM)
    if len(body) > LIMIT:  # a line that was cut in two would say something else
        body = body[: max(body.rfind(b"\n", 0, LIMIT), body.rfind(b"\r", 0, LIMIT), 0)]
    for found in _LINE.finditer(body):
        value = found[2].partition(b"#")[0].strip()
        yield found[1].lower(), value.removeprefix(b":").strip()


def _token(value: bytes) -> bytes:
    """A group's name, without a version or whatever else stands behind it."""
    found = _TOKEN.match(value)
    return found[0].lower() if found else b""


def _take(group: _Group, key: bytes, value: bytes) -> None:
    if key.startswith(b"crawl"):
        delay = _seconds(value)
        group.delay = group.delay if delay is None else max(delay, group.delay or 0.0)
    elif value:  # a Disallow of nothing forbids nothing
        group.rules.append(_rule(value, allows=key.startswith(b"allow")))
        if key.startswith(b"allow") and _INDEX.search(value.decode("latin-1")):
            folder = value[: value.rfind(b"/") + 1]
            group.rules.append(_rule(folder + b"$", allows=True))


def _rule(value: bytes, *, allows: bool) -> Rule:
    path = _normal(value.decode("utf-8", "surrogateescape")[:_LONGEST_PATH])
    anchored = path.endswith("$")
    pieces = tuple(path.removesuffix("$").split("*"))
    return Rule(allows=allows, length=len(path), pieces=pieces, anchored=anchored)


def _normal(path: str) -> str:
    """One spelling for one path: only what must be escaped is, in capitals."""
    if "%" in path:
        path = _ESCAPE.sub(_unescaped, path)
    if path.isascii():
        return path
    return quote(path, safe=string.punctuation, errors="surrogateescape")


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _seconds(value: bytes) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
