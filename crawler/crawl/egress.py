"""Egress policy of a source: which hosts, ports and addresses its requests may go to.

Public addresses at the usual ports; anything else only where the source declares a document there.
Otherwise a feed or a redirect could make us ask this machine, its network, or an interface that
only they can reach. An operator's own addresses (channels, pings) are not held to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from crawler.model.addresses import address, is_of_a_network, is_public
from crawler.model.urls import site

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_ALLOWED = "address not allowed"
_USUAL = {"http": 80, "https": 443}
_TO_DO = "declare a document of the source there if it is meant"


class AddressNotAllowed(IgnoreRequest):
    """A request would go where its source declares nothing; the message says where."""


class ForbiddenTarget(AddressNotAllowed):
    """As the address itself says: another scheme, another port, an address within a network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """What a source declares: `origins` as (scheme, site, port), `hosts` as (name, port)."""

    origins: frozenset[tuple[str, str, int]] = frozenset()
    hosts: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def to(cls, urls: Iterable[str]) -> Egress:
        """The policy of a source that declares these addresses."""
        return _declaring(tuple(urls))

    def and_to(self, urls: Iterable[str]) -> Egress:
        """This policy, and these addresses besides."""
        more = Egress.to(urls)
        return Egress(origins=self.origins | more.origins, hosts=self.hosts | more.hosts)

    def check(self, url: str) -> None:
        """Raises `ForbiddenTarget` where the address alone tells that it must not be asked for."""
        scheme, host, port = _parts(url)
        if scheme not in _USUAL or not host:
            raise ForbiddenTarget(f"{NOT_ALLOWED}: no http(s) address")
        if port != _USUAL[scheme] and (scheme, site(url), port) not in self.origins:
            raise ForbiddenTarget(f"{NOT_ALLOWED}: {scheme} at port {port} of {host}; {_TO_DO}")
        literal = address(host)
        if literal is not None and not is_public(literal) and (host, port) not in self.hosts:
            raise ForbiddenTarget(f"{NOT_ALLOWED}: {host} is not on the internet; {_TO_DO}")

    def admits(self, host: str, port: int, resolved: str) -> bool:
        """May a connection to `host` go to this address, which its name stands for now?"""
        found = address(resolved)
        if found is None:
            return False
        if is_public(found):
            return True
        declared = (host.lower().rstrip("."), port) in self.hosts
        return declared and (address(host) is not None or is_of_a_network(found))


@lru_cache(maxsize=2_000)  # each poll of a source asks, and a declaration does not change
def _declaring(urls: tuple[str, ...]) -> Egress:
    origins, hosts = set(), set()
    for url in urls:
        scheme, host, port = _parts(url)
        if scheme in _USUAL and host:
            origins.add((scheme, site(url), port))
            hosts.add((host, port))
    return Egress(origins=frozenset(origins), hosts=frozenset(hosts))


def refused(host: str, addresses: Iterable[str]) -> AddressNotAllowed:
    """The error for a name that stands for addresses which are not to be asked."""
    shown = ", ".join(list(addresses)[:3])
    return AddressNotAllowed(f"{NOT_ALLOWED}: {host} stands for {shown}; {_TO_DO}")


def _parts(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", "", 0
    usual = _USUAL.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").rstrip("."), usual if port is None else port
