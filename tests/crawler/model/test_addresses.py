"""Which addresses are of the internet, and which are somebody's own."""

from __future__ import annotations

import pytest

from crawler.model.addresses import address, is_of_a_network, is_public


@pytest.mark.parametrize(
    "text", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "[2a00:1450::1]"]
)
def test_addresses_of_the_internet(text: str) -> None:
    found = address(text)
    assert found is not None
    assert is_public(found)


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1"),
        *("::ffff:127.0.0.1", "::ffff:a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "::127.0.0.1"),
        *("2002:7f00:1::", "2001:0:1:1:1:1:80ff:fffe", "168.63.129.16"),
    ],
)
def test_addresses_of_a_machine_or_a_network(text: str) -> None:
    found = address(text)
    assert found is not None
    assert not is_public(found)


@pytest.mark.parametrize("text", ["example.org", "localhost", "", "127.1", "0x7f000001", "1.2.3"])
def test_names_are_no_addresses(text: str) -> None:
    assert address(text) is None


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("10.1.2.3", True),
        ("127.0.0.1", True),
        ("fd12::1", True),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("fd00:ec2::254", False),
        ("0.0.0.0", False),
        ("fe80::1", False),
        ("239.1.1.1", False),
    ],
)
def test_where_a_name_that_is_declared_may_lead(text: str, likely: bool) -> None:
    found = address(text)
    assert found is not None
    assert is_of_a_network(found) is likely
