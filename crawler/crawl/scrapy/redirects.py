"""Redirects of one request: by status, with the cookies that its own chain was given, or by page.

Sites that check for cookies redirect to themselves until theirs comes back. No cookie outlives the
chain of redirects that it was set in, or leaves the host that set it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware, RedirectMiddleware
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.discovery.html_sniffing import begins_as_html, refresh
from crawler.model.urls import site

if TYPE_CHECKING:
    from scrapy import Spider

_JAR = "chain_cookies"  # in the meta of a redirected request: by host, by name
_MOST = 20  # cookies of one host
_LARGEST = 4_096  # bytes of one
_REFRESHES = 2
_REFRESHED = "meta refresh"


class Redirects(RedirectMiddleware):
    """Scrapy's, with a jar of cookies for one chain of redirects."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        following = super().process_response(request, response)
        if isinstance(following, Request):
            jar = _jar_of(request, response)
            following.meta[_JAR] = jar
            _put_cookies(following, jar)
        return following


class MetaRefresh(BaseRedirectMiddleware):
    """Follows a page that sends on to another of its site within seconds, twice at most."""

    enabled_setting = "REDIRECT_ENABLED"

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        reasons = request.meta.get("redirect_reasons", [])
        followed = reasons.count(_REFRESHED)
        if response.status != 200 or followed >= _REFRESHES or "allow_offsite" in request.meta:
            return response
        to = sends_on(response.body, request.url)
        if not to:
            return response
        following = self._build_redirect_request(request, response, url=to)
        return self._redirect(following, request, _REFRESHED)


def sends_on(body: bytes, url: str) -> str:
    """Where the page at `url` sends its readers, another one of its site; "" where nowhere."""
    if not begins_as_html(body):
        return ""
    to = refresh(body, url)
    same = urldefrag(to).url == urldefrag(url).url
    ours = to.startswith(("http://", "https://")) and site(to) == site(url)
    return to if ours and not same else ""


def _jar_of(request: Request, response: Response) -> dict[str, dict[str, str]]:
    host = urlparse_cached(request).hostname or ""
    jar = {name: dict(kept) for name, kept in request.meta.get(_JAR, {}).items()}
    mine = jar.setdefault(host, {})
    for line in response.headers.getlist("Set-Cookie")[:_MOST]:
        name, _, value = line.partition(b";")[0].decode("latin-1").strip().partition("=")
        if name and len(line) <= _LARGEST and len(mine) < _MOST:
            mine[name] = value
    return jar


def _put_cookies(request: Request, jar: dict[str, dict[str, str]]) -> None:
    cookies = jar.get(urlparse_cached(request).hostname or "", {})
    request.headers.pop("Cookie", None)
    if cookies:
        request.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
