"""URL normalisation: one address for one page, however it was linked to.

`canonical_url` gives the key under which a page is known: it is compared, never fetched. Language
editions stay apart; tracking parameters, AMP, mobile and print variants do not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import canonicalize_url, url_query_cleaner

# Parameters that tell where a reader came from, not what is read.
_TRACKING = re.compile(
    r"(utm_\w+|mc_[ce]id|pk_\w+|mtm_\w+|at_\w+|ns_\w+|wt_\w+|_ga|_gl|_hs\w+|fb_\w+|fbclid|gclid|dclid|"
    r"gbraid|wbraid|msclkid|yclid|ysclid|twclid|igshid|tgrcode|cmpid|ocid|rss|ref|referrer|"
    r"ref_src|from|feed|src|share|shared|amp|outputtype|print|printable|printversion|mobile)"
)
_AMP_PATH = re.compile(r"^/amp(?=/)|/amp/?$|\.amp(?=\.html?$|$)")
_PRINT_PATH = re.compile(r"^/print(?:v|able)?(?=/)|/print(?:v|able)?/?$")
_VARIANT_HOST = re.compile(r"^(?:www\d?|m|mobile|amp|wap)\.(?=[^.]+\.)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$")

LONGEST = 2_000  # characters; Scrapy drops what is longer than 2,083 without a word

# The list of public suffixes as it ships: no network for it.
_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=2_000)  # a feed names the same pages at every poll, and a page names itself
def canonical_url(url: str) -> str:
    """The key of the page at `url`. Raises ValueError where it is no http(s) address to fetch."""
    if len(url) > LONGEST or _CONTROL.search(url.strip()):
        raise ValueError(f"too long, or with control characters: {url[:200]!r}")
    parts = urlsplit(canonicalize_url(_without_tracking(url.strip())))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"not a web address: {url[:200]!r}")
    host = _VARIANT_HOST.sub("", parts.hostname.lower())
    if parts.port and parts.port not in {80, 443}:
        host = f"{host}:{parts.port}"
    path = _PRINT_PATH.sub("", _AMP_PATH.sub("", parts.path))
    path = _INDEX.sub("/", path).rstrip("/") or "/"
    return urlunsplit(("https", host, path, parts.query, ""))


def absolute(base: str, link: str) -> str:
    """What `link` means on the page at `base`; a link that means nothing is left as it stands."""
    try:
        return urljoin(base, link.strip())
    except ValueError:  # "http://[", and other hosts that are none
        return link


def _without_tracking(url: str) -> str:
    names = [part.partition("=")[0] for part in urlsplit(url).query.split("&")]
    tracking = [name for name in names if _TRACKING.fullmatch(name.lower())]
    return url_query_cleaner(url, tracking, remove=True, unique=False) if tracking else url


def site(url: str) -> str:
    """The registered domain ("inform.kz"), or the host itself where it has none (an address).

    "" for what is no web address at all.
    """
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return _site_of(host)


@lru_cache(maxsize=2_000)  # the same few hosts, with every entry and every request
def _site_of(host: str) -> str:
    return _suffixes(host).top_domain_under_public_suffix or host
