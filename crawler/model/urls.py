"""URL normalisation: one address for one page, however it was linked to.

`canonical_url` gives the key under which a page is known: it is compared, never fetched. Language
editions stay apart; tracking parameters, AMP, mobile and print variants do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import canonicalize_url

from crawler.model.redirectors import redirect_target
from crawler.model.tracking import is_tracking

_VARIANT_HOSTS = {"www", *(f"www{n}" for n in range(10)), "m", "mobile", "mobi", "amp", "wap"}
_VARIANTS = {"amp", "print", "printv", "printable"}  # first or last in a path
# A list of pages, and no page that would have a variant: what follows is a name in it.
_LISTS = re.compile(
    r"[a-z]{2}|[a-z]{2}-[a-z]{2}|(?:tag|topic|theme|categor|section|rubric|keyword|subject|label)\w{0,3}"
    r"|news|world|politics|business|economy|finance|tech|technology|science|sports?|culture|opinions?"
    r"|media|press|releases?|archives?|search|wiki|blogs?|articles?|stor(?:y|ies)|products?|services?"
    r"|docs|help|software|tools|companies|industry|markets|health|people|events|video|photo"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INDEX = re.compile(r"(?:index|default)\.(?:s?html?|php\d?|aspx?|jsp)", re.IGNORECASE)
_AMPERSAND = re.compile(r"(?:(?<=\?)|&)(?:amp|#0{0,3}38|#x0{0,2}26);", re.IGNORECASE)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;?]*", re.IGNORECASE)
_COOKIELESS = re.compile(r"\((?:[A-Z]\([\w-]{10,200}\)){1,4}\)")  # of ASP.NET, as a folder
_NUMBERED = re.compile(r"-\d{4}")
_HYPHENS = 3  # in the name of an article, at least
_FOREIGN = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_ROUTE = ("!", "/")  # a fragment that names a page of an application in one document

_AMP = ".amp"
_STEPS = 8  # until nothing changes any more; an address that some page has takes one

_GUID = 500  # characters of a guid
LONGEST = 2_000  # characters; Scrapy drops what is longer than 2,083 without a word

# The list of public suffixes as it ships: no network for it.
_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=2_000)  # a feed names the same pages at every poll, and a page names itself
def canonical_url(url: str) -> str:
    """The key of the page at `url`; the key of a key is itself.

    Raises ValueError where it is no http(s) address to fetch.
    """
    if len(url) > LONGEST or _CONTROL.search(url.strip()):
        raise ValueError(f"too long, or with control characters: {url[:200]!r}")
    key = _simplified(url.strip())
    for _ in range(_STEPS):
        if len(key) > LONGEST:
            break
        before, key = key, _simplified(key)
        if key == before:
            return key
    raise ValueError(f"too long, or it means something else each time: {url[:200]!r}")


def entry_key(url: str, guid: str) -> str:
    """The key of an entry that shares its link with others: as a route of that page.

    Without a guid it is the page's. Raises ValueError like `canonical_url`.
    """
    key = canonical_url(url)
    if not guid:
        return key
    return canonical_url(f"{key.partition('#')[0]}#!{quote(guid[:_GUID], safe='')}")


def _simplified(url: str) -> str:
    parts = urlsplit(
        canonicalize_url(redirect_target(_AMPERSAND.sub("&", url)), keep_fragments=True)
    )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"not a web address: {url[:200]!r}")
    host = _main_host(parts.hostname.lower().rstrip("."))
    if not host:
        raise ValueError(f"not a web address: {url[:200]!r}")
    if ":" in host:
        host = f"[{host}]"
    if parts.port and parts.port not in {80, 443}:
        host = f"{host}:{parts.port}"
    path, query = _main_path(_composed(parts.path)), _without_tracking(_composed(parts.query))
    return urlunsplit(("https", host, path, query, _route(parts.fragment)))


def _main_host(host: str) -> str:
    """Without the labels of variants: "en.m.wire.example" is "en.wire.example"."""
    labels = host.split(".")
    own = _own_labels(host)
    at = 0
    while len(labels) - at > own and labels[at] in _VARIANT_HOSTS and labels[at + 1]:
        at += 1
    if len(labels) - at > own + 1 and labels[at + 1] == "m" and len(labels[at]) == 2:
        labels[at + 1] = labels[at]
        at += 1
    return ".".join(labels[at:])


@lru_cache(maxsize=2_000)
def _own_labels(host: str) -> int:
    """How many labels at its end are the site's own: two, or as many as somebody registered."""
    registered = _suffixes(host).top_domain_under_public_suffix
    return registered.count(".") + 1 if registered else 2


def _main_path(path: str) -> str:
    """Without what names a variant of the page, however often, and without a slash at its end."""
    names = deque(_resolved(_SESSION.sub("", path)))
    while names:
        plain = _without_amp(names[-1])
        if not plain or _INDEX.fullmatch(plain) or (plain in _VARIANTS and _is_page(names)):
            names.pop()
        elif plain != names[-1]:
            names[-1] = plain
        elif len(names) > 1 and names[0] in _VARIANTS:
            names.popleft()
        elif len(names) > 2 and names[-2] in _VARIANTS and _is_slug(names[-1]):
            del names[-2]
        else:
            break
    return "/" + "/".join(names)


def _resolved(path: str) -> list[str]:
    """The folders and the file, as a server walks them: without empty ones, "." and ".."."""
    names: list[str] = []
    for name in path.split("/"):
        if name == "..":
            del names[-1:]
        elif name not in {"", "."} and not _COOKIELESS.fullmatch(name):
            names.append(name)
    if names and (file := names[-1].rstrip(".")):
        names[-1] = file  # the full stop of a sentence that ended in the address
    return names


def _is_page(names: deque[str]) -> bool:
    """Is there a page that a last name such as "amp" is a variant of? "/news/amp" is a page."""
    return len(names) < 2 or not _LISTS.fullmatch(names[-2].lower())


def _is_slug(name: str) -> bool:
    return name.count("-") >= _HYPHENS or _NUMBERED.search(name) is not None


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


def _composed(part: str) -> str:
    """The same letters in the same characters (NFC): an accent of its own joins its letter."""
    if "%" not in part or (part.isascii() and not _FOREIGN.search(part)):
        return part
    letters = _FOREIGN.sub(_letters, part)
    return _quoted(unicodedata.normalize("NFC", letters)) if letters != part else part


def _letters(escaped: re.Match[str]) -> str:
    try:
        return unquote(escaped[0], errors="strict")
    except UnicodeDecodeError:
        return escaped[0]


def _quoted(part: str) -> str:
    return "".join(char if char.isascii() else quote(char) for char in part)


def _route(fragment: str) -> str:
    """A fragment that is the page's own name; any other is a place on the page."""
    if not fragment.startswith(_ROUTE) or not fragment.strip("!/"):
        return ""
    path, _, query = fragment.partition("?")
    query = _without_tracking(query)
    return path.rstrip("/") + ("?" + query if query else "")


def absolute(base: str, link: str) -> str:
    """What `link` means on the page at `base`; a link that means nothing is left as it stands."""
    try:
        return urljoin(base, link.strip())
    except ValueError:  # "http://[", and other hosts that are none
        return link


def _without_tracking(query: str) -> str:
    parts = (part.partition("=") for part in query.split("&") if part)
    return "&".join(
        name + equals + value
        for name, equals, value in parts
        if not is_tracking(unquote(name), unquote(value.replace("+", " ")))
    )


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
