"""Turn the bytes of a page into clean UTF-8, whatever its header and its meta tag claim."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

# What HTML forbids and XML cannot hold. NUL bytes are in here.
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r") + b"\x7f"
# Bytes of these look like ASCII, and mean something else.
_ESCAPING = frozenset({"iso2022_jp", "iso-2022-jp", "hz", "hz-gb-2312", "utf-7"})
# What servers announce when nobody told them: worth less than what the page says.
_SERVER_DEFAULTS = frozenset({"cp1252", "latin-1", "iso8859-1", "iso-8859-1", "ascii"})
_CYRILLIC = frozenset({"ru", "be", "uk", "bg", "kk", "ky", "tg", "mn", "sr", "mk"})
_LONG_RUN = re.compile(rb"[\xc0-\xff]{4,}")
_ASCII = bytes(range(128))
_TORN = 0.02  # share of broken characters up to which a page that claims UTF-8 is believed


def to_utf8(body: bytes, charset: str | None, languages: tuple[str, ...] = ()) -> bytes:
    """Clean UTF-8 of a page. `charset` is the HTTP header's; `languages` break a tie at the end."""
    marked, bom = read_bom(body)
    if marked:
        return _clean(body[len(bom or b"") :].decode(marked, "replace").encode())
    if wide := _without_a_mark(body):
        return _clean(body.decode(wide, "replace").encode("utf-8", "replace"))
    declared = tuple(_declared(body, charset))
    if escaping := next((name for name in declared if name in _ESCAPING), None):
        return _clean(body.decode(escaping, "replace").encode("utf-8", "replace"))
    try:
        # Text of another encoding practically never happens to be valid UTF-8.
        body.decode()
    except UnicodeDecodeError:
        return _clean(_decode(body, declared, languages).encode("utf-8", "replace"))
    return _clean(body)


def _clean(body: bytes) -> bytes:
    return body.translate(None, _CONTROLS)


def _without_a_mark(body: bytes) -> str | None:
    """UTF-16 without a byte order mark betrays itself by a NUL beside every Latin letter."""
    head = body[:1000]
    first, second = head[0::2].count(0), head[1::2].count(0)
    some, few = 0.1 * len(head), 0.01 * len(head)
    if second > some and first <= few:
        return "utf-16-le"
    if first > some and second <= few:
        return "utf-16-be"
    return None


def _declared(body: bytes, charset: str | None) -> Iterator[str]:
    """The encodings that header and page claim, the more credible one first."""
    header = _known(charset)
    page = _known(html_body_declared_encoding(body[:4096]))
    if header and page and header in _SERVER_DEFAULTS:
        header, page = page, header
    yield from (name for name in (header, page) if name)


def _known(name: str | None) -> str | None:
    resolved = resolve_encoding(name) if name else None
    if resolved is None:
        return None
    try:
        # Leaves out what is no text ("hex"), and UTF-16: that would have shown itself by its NULs.
        sensible = b"abc".decode(resolved, "replace") == "abc"
    except (LookupError, ValueError):
        return None
    return codecs.lookup(resolved).name if sensible else None


def _decode(body: bytes, declared: tuple[str, ...], languages: tuple[str, ...]) -> str:
    for name in declared:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    torn = body.decode("utf-8", "replace")
    foreign = len(torn) - len(torn.encode("ascii", "ignore"))
    if torn.count("\ufffd") <= max(3, _TORN * foreign):
        return torn  # cut in the middle of a character, or one bad quotation
    named = next((name for name in declared if name != "utf-8"), None)
    return body.decode(named or _guess(body, languages), "replace")


def _guess(body: bytes, languages: tuple[str, ...]) -> str:
    """Between the two single-byte encodings of our subject: Cyrillic runs in long words."""
    # Counted one by one: a list of all of them takes sixty times the page.
    runs = sum(run.end() - run.start() for run in _LONG_RUN.finditer(body))
    foreign = len(body.translate(None, _ASCII))
    if runs > foreign / 2 or (_CYRILLIC.intersection(languages) and runs):
        return "cp1251"
    return "cp1252"
