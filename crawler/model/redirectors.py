"""Redirect links: the target, where the link itself spells it out.

AMP caches, search engines, social networks and mail filters send readers through an address of
their own, which holds that of the page.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

# Hosts, the beginning of the path, and the parameters that hold the address.
_BY_PARAMETER = (
    (r"(?:www\.|news\.)?google(?:\.[a-z]{2,3}){1,2}", r"/(?:url|news/url|imgres)", ("url", "q")),
    (r"(?:www\.)?bing\.com", r"/news/apiclick\.aspx", ("url",)),
    (r"(?:[a-z-]{1,20}\.)?facebook\.com", r"/(?:l|flx/warn)(?:\.php)?/?", ("u",)),
    (r"l\.(?:instagram|messenger|threads)\.(?:com|net)", r"/?", ("u",)),
    (r"(?:m\.|away\.)?vk\.(?:com|ru)", r"/away(?:\.php)?", ("to",)),
    (r"(?:www\.)?linkedin\.com", r"/(?:redir/redirect|safety/go|redirect)/?", ("url",)),
    (r"(?:www\.)?youtube\.com", r"/redirect", ("q",)),
    (r"out\.reddit\.com", r"/.*", ("url",)),
    (r"(?:t\.umblr\.com|href\.li)", r"/redirect", ("z",)),
    (r"t\.me", r"/iv", ("url",)),
    (r"(?:www\.|html\.)?duckduckgo\.com", r"/l/?", ("uddg",)),
    (r"slack-redir\.net", r"/link", ("url",)),
    (r"[a-z0-9.]{1,30}\.safelinks\.protection\.outlook\.com", r"/.*", ("url",)),
    (r"(?:connect\.|www\.)?ok\.ru", r"/dk", ("st.link",)),
    (r"steamcommunity\.com", r"/linkfilter/?", ("url", "u")),
)
# Hosts, and what stands in the path before the page's own host; "s" there means https.
_BY_PATH = (
    (r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}", r"/amp/(s/)?"),
    (r"(?:www\.)?bing\.com", r"/amp/(s/)?"),
    (
        r"[a-z0-9-]{1,80}\.(?:cdn\.ampproject\.org|bing-amp\.com|amp\.cloudflare\.com)",
        r"/[a-z]{1,3}/(s/)?",
    ),
    (r"cdn\.ampproject\.org", r"/[a-z]{1,3}/(s/)?"),
    (r"yandex\.[a-z]{2,3}", r"/turbo/(s/)?"),
)
_PARAMETERS = tuple((re.compile(h), re.compile(p), names) for h, p, names in _BY_PARAMETER)
_PATHS = tuple((re.compile(h), re.compile(p)) for h, p in _BY_PATH)
_HOST = re.compile(
    r"(?:[a-z0-9-]{1,63}\.){1,6}[a-z0-9-]{2,20}(?::\d{1,5})?(?:[/?#]|\Z)", re.IGNORECASE
)
# Most links are none, and are not taken apart.
_MAY_BE = re.compile(
    r"[?&][a-z.]{1,10}=http|://[^/]{0,90}(?:amp|google|bing|yandex)", re.IGNORECASE
)
_LONGEST = 4_000  # characters that are taken apart
_WEB = ("http://", "https://")


def redirect_target(url: str) -> str:
    """Where a redirector's link leads to; any other link as it is."""
    if len(url) > _LONGEST or not _MAY_BE.search(url):
        return url
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        said = dict(parse_qsl(parts.query, max_num_fields=100))
    except ValueError:
        return url
    for hosts, path, names in _PARAMETERS:
        if hosts.fullmatch(host) and path.fullmatch(parts.path):
            return next((said[n] for n in names if said.get(n, "").startswith(_WEB)), url)
    for hosts, path in _PATHS:
        if hosts.fullmatch(host) and (before := path.match(parts.path)):
            scheme = "http" if before[1] is None else "https"
            return _of_path(url, scheme, parts.path[before.end() :], parts.query)
    return url


def _of_path(url: str, scheme: str, rest: str, query: str) -> str:
    if not _HOST.match(rest):
        return url
    return f"{scheme}://{rest}{'?' if query else ''}{query}"
