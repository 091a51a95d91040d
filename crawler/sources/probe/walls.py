"""Tell a page that wants to see a browser first from what was asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Response

_LOOKED_AT = 65_536  # bytes: such a page is small, and says it at the top
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head)\b", re.IGNORECASE)
_TITLE = re.compile(
    rb"<title[^>]*>[^<]*(?:just a moment|attention required|checking your browser|ddos-guard|"
    rb"captcha|security check|verify you are|are you a (?:human|robot))",
    re.IGNORECASE,
)
_MARKS = (
    ("Cloudflare", re.compile(rb"_cf_chl_opt|cf-browser-verification")),
    ("DDoS-Guard", re.compile(rb"/\.well-known/ddos-guard/js-challenge")),
    ("Imperva", re.compile(rb"_Incapsula_Resource")),
    ("Akamai", re.compile(rb"sec-if-cpt-container")),
    ("Qrator", re.compile(rb"__qrator|/qauth_")),
)


def wall(response: Response) -> str:
    """Whose challenge this is; "" where it is none."""
    if response.headers.get("cf-mitigated") == b"challenge":
        return "Cloudflare"
    head = response.body[:_LOOKED_AT]
    if not _HTML.search(head):
        return ""
    # An article may load a guard's script, and is long; a challenge is its script.
    if _TITLE.search(head) or (len(response.body) < _LOOKED_AT and b"<p" not in head):
        for guard, mark in _MARKS:
            if mark.search(head):
                return guard
    return "asks for a human" if _TITLE.search(head) else ""
