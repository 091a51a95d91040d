"""Former keys of pages: what `canonical_url` made of an address before stores were asked for more.

Stores hold pages under these keys. Who does not find a page under its key looks for it here, so
that what is known is not told anew. To be dropped with the next release but one.
"""

from __future__ import annotations

import re
from collections import deque
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from crawler.model.urls import canonical_url

# Parameters that tell where a reader came from, not what is read.
_TRACKING = re.compile(
    r"(utm_\w+|mc_[ce]id|pk_\w+|mtm_\w+|at_\w+|ns_\w+|wt_\w+|_ga|_gl|_hs\w+|fb_\w+|fbclid|gclid|dclid|"
    r"gbraid|wbraid|msclkid|yclid|ysclid|twclid|igshid|tgrcode|cmpid|ocid|rss|ref|referrer|"
    r"ref_src|from|feed|src|share|shared|amp|outputtype|print|printable|printversion|mobile)"
)
_VARIANT_HOSTS = {"www", *(f"www{n}" for n in range(10)), "m", "mobile", "amp", "wap"}
_VARIANTS = {"amp", "print", "printv", "printable"}  # first or last in a path
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INDEX = re.compile(r"(?:index|default)\.(?:html?|php|aspx?)")

_AMP = ".amp"
_STEPS = 4  # until nothing changes any more; an address that some page has takes one


def keys_of(url: str) -> tuple[str, ...]:
    """The keys that a store may hold a page under, today's first; none for what is no address."""
    with suppress(ValueError):
        return tuple(dict.fromkeys((canonical_url(url), former_url(url))))
    return ()


def former_url(url: str) -> str:
    """The former key of the page at `url`. Raises ValueError where it is no http(s) address."""
    if _CONTROL.search(url.strip()):
        raise ValueError(f"with control characters: {url[:200]!r}")
    key = _simplified(url.strip())
    for _ in range(_STEPS):
        before, key = key, _simplified(key)
        if key == before:
            return key
    raise ValueError(f"it means something else each time: {url[:200]!r}")


def _simplified(url: str) -> str:
    parts = urlsplit(canonicalize_url(url))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"not a web address: {url[:200]!r}")
    host = _main_host(parts.hostname.lower())
    if ":" in host:
        host = f"[{host}]"
    if parts.port and parts.port not in {80, 443}:
        host = f"{host}:{parts.port}"
    return urlunsplit(("https", host, _main_path(parts.path), _without_tracking(parts.query), ""))


def _main_host(host: str) -> str:
    labels = host.split(".")
    at = 0
    while len(labels) - at > 2 and labels[at] in _VARIANT_HOSTS and labels[at + 1]:
        at += 1
    return ".".join(labels[at:])


def _main_path(path: str) -> str:
    """Without what names a variant of the page, however often, and without a slash at its end."""
    names = deque(path.split("/")[1:])
    while names:
        plain = _without_amp(names[-1])
        if not plain or plain in _VARIANTS or _INDEX.fullmatch(plain):
            names.pop()
        elif plain != names[-1]:
            names[-1] = plain
        elif len(names) > 1 and names[0] in _VARIANTS:
            names.popleft()
        else:
            break
    return "/" + "/".join(names)


def _without_amp(name: str) -> str:
    """The name of a file without its ".amp": "a.amp.html" is "a.html"."""
    name = _without_ending(name)
    root, dot, ending = name.rpartition(".")
    return _without_ending(root) + dot + ending if ending in {"htm", "html"} else name


def _without_ending(name: str) -> str:
    end = len(name)
    while name.endswith(_AMP, 0, end):
        end -= len(_AMP)
    return name[:end]


def _without_tracking(query: str) -> str:
    return "&".join(
        part
        for part in query.split("&")
        if part and not _TRACKING.fullmatch(part.partition("=")[0].lower())
    )
