"""IP addresses: which belong to the public internet, and which to a machine or a network's inside.

An IPv4 address that is written into an IPv6 one counts as what it is.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.ip_network("::/96")
# Where cloud providers tell a machine its own credentials.
_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    )
)


def address(text: str) -> Address | None:
    """The address that a host name is, literally; None where it is a name."""
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def is_public(given: Address) -> bool:
    """Does it lead out into the internet, to one machine?"""
    meant = _meant(given)
    if meant in _METADATA or meant.is_multicast or meant in _LOCAL_NAT64:
        return False
    if isinstance(meant, ipaddress.IPv6Address) and meant.is_site_local:
        return False
    return meant.is_global


def is_of_a_network(given: Address) -> bool:
    """Can a name that an operator knows lead there: to this machine, or to one of its network?

    Not where only this machine's link, its provider or a group of machines would answer.
    """
    meant = _meant(given)
    return not (
        meant in _METADATA
        or meant.is_link_local
        or meant.is_multicast
        or meant.is_unspecified
        or (meant.version == 4 and int(meant) >> 24 == 0)
        or meant == ipaddress.IPv4Address(2**32 - 1)
    )


def _meant(given: Address) -> Address:
    if isinstance(given, ipaddress.IPv4Address):
        return given
    if given.ipv4_mapped is not None:
        return given.ipv4_mapped
    if given.sixtofour is not None:
        return given.sixtofour
    if given.teredo is not None:
        return given.teredo[1]
    if given in _NAT64 or (given in _COMPATIBLE and int(given) > 1):
        return ipaddress.IPv4Address(int(given) & 0xFFFFFFFF)
    return given
