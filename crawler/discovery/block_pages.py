"""Challenge detection: a page that answers 200 in the place of a document, told by its marks."""

from __future__ import annotations

import re

from crawler.discovery.errors import NotTheDocument
from crawler.discovery.html_sniffing import page_title

CHALLENGE = "challenge"
_LOOKED_AT = 65_536  # bytes: these pages are small, and say it at the top
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

# What only the guard's own page holds: each of these is part of an address, a script or a cookie.
_GUARDS = (
    ("Cloudflare", re.compile(rb"/cdn-cgi/challenge-platform/|_cf_chl_opt|cf-browser-verific")),
    ("DDoS-Guard", re.compile(rb"\.well-known/ddos-guard/|<title>\s*ddos-guard", re.IGNORECASE)),
    ("ServicePipe", re.compile(rb"servicepipe\.ru|id_spinner_container|/exhkqyad", re.IGNORECASE)),
    ("ArvanCloud", re.compile(rb"__arcsjs|arvancloud|arvan_captcha", re.IGNORECASE)),
    ("Qrator", re.compile(rb"__qrator|/qauth_")),
    ("Imperva", re.compile(rb"_Incapsula_Resource")),
    ("Sucuri", re.compile(rb"sucuri_cloudproxy", re.IGNORECASE)),
    ("Akamai", re.compile(rb"/_sec/cp_challenge/|sec-if-cpt-container")),
)
_ASKS = re.compile(
    r"just a moment|checking your browser|captcha|are you (?:a )?(?:human|robot)|ddos protection|"
    r"attention required|security check|bot verification|verify you are|"
    r"проверка браузера|вы не робот|защита от роботов|transferring to the website",
    re.IGNORECASE,
)
_CAPTCHA = re.compile(rb"\bname=[\"']?(?:g-recaptcha|smart-token|h-captcha)", re.IGNORECASE)


def challenger(body: bytes) -> str:
    """Whose page this is that wants to see a browser first; "" where it is no such page."""
    head = body[:_LOOKED_AT]
    title = page_title(head)
    asks = _ASKS.search(title) is not None
    # An article may load a guard's script; it does not stand under the guard's title, and is long.
    bare = len(body) < _LOOKED_AT and b"<p" not in head
    if not (asks or bare or not title.strip()) or not _HTML.search(head):
        return ""  # as nearly every page: the marks below take longer to look for
    guard = next((guard for guard, mark in _GUARDS if mark.search(head)), "")
    return guard or ("a captcha" if asks or (bare and _CAPTCHA.search(head)) else "")


def what_it_is(body: bytes, wanted: str) -> NotTheDocument:
    """The error for a body that is not `wanted` ("feed", "sitemap", "list in JSON")."""
    if not body.strip():
        return NotTheDocument(f"an empty body where a {wanted} was expected", slug="empty-body")
    if guard := challenger(body):
        return NotTheDocument(
            f"a challenge page ({guard}) where a {wanted} was expected", slug=CHALLENGE
        )
    if _HTML.search(body[:4096]):
        return NotTheDocument(f"an HTML page where a {wanted} was expected", slug="html-instead")
    return NotTheDocument(f"no {wanted}", slug="not-the-document")
