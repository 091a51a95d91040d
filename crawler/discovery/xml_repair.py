"""XML repair: what publishers write that no XML parser reads, so that one does."""

from __future__ import annotations

import re
from html.entities import html5

from crawler.discovery.text import with_possible_references

_DECLARATION = re.compile(rb"<\?xml\b[^<>]{0,1000}\?>", re.IGNORECASE)
_REFERENCE = re.compile(
    rb"&(?:#[0-9]{1,9};|#[xX][0-9A-Fa-f]{1,8};|[A-Za-z][A-Za-z0-9]{1,31};)?"
    rb"|<(?![A-Za-z_/!?])"
)
_KNOWN = frozenset({b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;"})
_CDATA, _END = b"<![CDATA[", b"]]>"


def without_declaration(body: bytes) -> bytes:
    """An encoding that it declares is not true any more: the bytes are UTF-8 by now."""
    found = _DECLARATION.match(body)
    return body[found.end() :] if found else body


def with_sound_markup(body: bytes) -> bytes:
    """HTML's entities as numbers, what begins no reference and no tag escaped; CDATA as it is."""
    parts: list[bytes] = []
    rest = 0
    while (begin := body.find(_CDATA, rest)) >= 0 and (end := body.find(_END, begin)) >= 0:
        parts += [_REFERENCE.sub(_mended, body[rest:begin]), body[begin:end]]
        rest = end
    parts.append(_REFERENCE.sub(_mended, body[rest:]))
    return with_possible_references(b"".join(parts))


def _mended(found: re.Match[bytes]) -> bytes:
    said = found[0]
    if said == b"<":
        return b"&lt;"
    if said in _KNOWN or said.startswith(b"&#"):
        return said
    letters = html5.get(said[1:].decode("ascii"), "")
    return "".join(f"&#{ord(letter)};" for letter in letters).encode() or b"&amp;" + said[1:]
