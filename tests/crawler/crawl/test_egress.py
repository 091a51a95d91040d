"""Where the requests of a source may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.crawl.egress import AddressNotAllowed, Egress
from tests.doubles.fetching import fetch
from tests.doubles.raw_server import RawServer, ok

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_WIRE = Egress.to(["https://wire.example/feed", "http://192.168.7.7:8080/feed", "http://in.corp/f"])
_PAGE = b"<html><body>The page.</body></html>"


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with RawServer() as opened:
        yield opened


@pytest.mark.parametrize(
    "url",
    [
        "https://wire.example/a",
        "http://www.wire.example/a",
        "https://elsewhere.example/a",
        "https://93.184.216.34/a",
        "http://192.168.7.7:8080/a",
        "http://in.corp/a",
    ],
)
def test_the_internet_is_asked_and_what_is_declared(url: str) -> None:
    _WIRE.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://wire.example:8443/a",
        "http://wire.example:443/a",
        "http://192.168.7.7/a",
        "http://192.168.7.7:8081/a",
        "https://192.168.7.7:8080/a",
        "http://192.168.7.8:8080/a",
        "http://127.0.0.1/a",
        "http://[::1]/a",
        "http://[::ffff:10.0.0.1]/a",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://wire.example/a",
        "file:///etc/hostname",
        "http://wire.example:99999/a",
        "http://[",
        "",
    ],
)
def test_other_ports_schemes_and_addresses_are_refused(url: str) -> None:
    with pytest.raises(AddressNotAllowed, match="address not allowed"):
        _WIRE.check(url)


@pytest.mark.parametrize(
    ("host", "port", "resolved", "admitted"),
    [
        ("wire.example", 80, "93.184.216.34", True),
        ("elsewhere.example", 80, "93.184.216.34", True),
        ("elsewhere.example", 80, "10.0.0.1", False),
        ("elsewhere.example", 80, "::1", False),
        ("in.corp", 80, "10.0.0.1", True),
        ("IN.corp.", 80, "10.0.0.1", True),
        ("in.corp", 8080, "10.0.0.1", False),
        ("in.corp", 80, "169.254.169.254", False),
        ("www.in.corp", 80, "10.0.0.1", False),
        ("192.168.7.7", 8080, "192.168.7.7", True),
        ("wire.example", 80, "nonsense", False),
    ],
)
def test_a_name_is_connected_to_where_it_may_lead(
    host: str, port: int, resolved: str, admitted: bool
) -> None:
    assert _WIRE.admits(host, port, resolved) is admitted


def _moved(to: str) -> bytes:
    head = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return head.encode()


async def test_a_redirect_to_another_port_is_not_followed(server: RawServer) -> None:
    async with RawServer() as admin:
        secret = admin.put("/admin?drop=all", ok(_PAGE))
        moved = server.put("/moved", _moved(secret))
        tag = f'<html><meta http-equiv="refresh" content="0;url={secret}"></html>'
        sent = server.put("/sent", ok(tag.encode()))
        answers = await fetch(moved, sent, secret, declared=[server.base])
        assert admin.asked == []
        port = admin.port
    for url in (moved, sent, secret):
        assert (answers[url].slug, answers[url].permanent) == ("address-not-allowed", True)
        assert f"http at port {port}" in answers[url].said
        assert "declare a document of the source there" in answers[url].said
    assert "Traceback" not in answers.log


async def test_what_a_name_stands_for_is_looked_at_when_it_is_connected_to(
    server: RawServer,
) -> None:
    server.put("/a", ok(_PAGE))
    at = f".paper.com:{server.port}/a"
    inside, cloud, ours = (f"http://{name}{at}" for name in ("in", "cloud", "our"))
    # The port of the site is declared, and two of its hosts.
    declared = [ours, cloud]
    names = {
        "in.paper.com": ["127.0.0.1"],
        "cloud.paper.com": ["169.254.169.254"],
        "our.paper.com": ["127.0.0.1"],
    }
    answers = await fetch(inside, cloud, ours, declared=declared, names=names)
    assert answers[ours].body == _PAGE.decode()
    assert [answers[url].slug for url in (inside, cloud)] == ["address-not-allowed"] * 2
    assert "in.paper.com stands for 127.0.0.1" in answers[inside].said
    assert not answers[inside].permanent  # a name may be set right again
    assert "Traceback" not in answers.log


async def test_a_name_that_changes_its_mind_is_held_to_what_was_looked_at(
    server: RawServer,
) -> None:
    """No address is connected to that was not looked at: each connection asks once, and checks."""
    server.put("/a", ok(_PAGE))
    rebound = f"http://re.paper.com:{server.port}/a"
    declared = [f"http://www.paper.com:{server.port}/f"]
    names = {"re.paper.com": ["192.0.2.1", "127.0.0.1", "127.0.0.1"]}
    answers = await fetch(rebound, declared=declared, names=names, timeout="1s")
    assert answers[rebound].slug == "address-not-allowed"
    assert server.asked == []


async def test_a_robots_txt_leads_nowhere_that_a_page_may_not(server: RawServer) -> None:
    async with RawServer() as admin:
        server.put("/robots.txt", _moved(admin.put("/robots.txt", ok(b""))))
        page = server.put("/a", ok(_PAGE))
        answers = await fetch(page, declared=[server.base])
        assert admin.asked == []
    assert answers[page].slug == "address-not-allowed"
    assert "/a" not in server.asked
