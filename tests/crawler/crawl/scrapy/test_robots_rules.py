"""A robots.txt, read as RFC 9309 and Google's own parser read it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from crawler.crawl.scrapy.robots_rules import LIMIT, parse

_CASES = Path(__file__).parents[4] / "../shared/cases"


def _allows(text: str | bytes, path: str = "/a", *, product: str = "Wirewatch") -> bool:
    body = text.encode() if isinstance(text, str) else text
    return parse(body, product).allows(f"https://wire.example{path}")


# -- whose group ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named",
    [
        *("Wirewatch", "wirewatch", "WIREWATCH", "Wirewatch/2.0", "Wirewatch 2.0", "Wirewatch*"),
        *("Wirewatch (+https://desk.example)", "Wirewatch # ours", " Wirewatch\t"),
    ],
)
def test_a_group_is_named_by_what_comes_before_a_version(named: str) -> None:
    assert not _allows(f"User-agent: {named}\nDisallow: /\n\nUser-agent: *\nAllow: /\n")


@pytest.mark.parametrize("named", ["Wire", "Wirewatcher", "Wirewatch-News", "Other", "W*", "+", ""])
def test_another_name_is_not_ours(named: str) -> None:
    assert _allows(f"User-agent: {named}\nDisallow: /\n\nUser-agent: *\nAllow: /\n")


def test_our_own_group_is_the_only_one_that_counts() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: Wirewatch\nDisallow: /b\n"
    assert _allows(text, "/a")
    assert not _allows(text, "/b")
    assert _allows("User-agent: *\nDisallow: /\n\nUser-agent: Wirewatch\nDisallow:\n")
    assert _allows("User-agent: *\nDisallow: /\n\nUser-agent: Wirewatch\n")


def test_groups_of_one_name_are_one() -> None:
    text = (
        "User-agent: Wirewatch\nDisallow: /a\n\nUser-agent: Other\nDisallow: /c\n\n"
        "User-agent: Wirewatch/3\nDisallow: /b\n"
    )
    assert [_allows(text, path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_names_in_a_row_share_their_rules_whatever_stands_between() -> None:
    for between in ("", "\n", "Noindex-like: x\n", "Sitemap: https://a.example/s\n", "# so\n\n"):
        text = f"User-agent: Wirewatch\n{between}User-agent: Other\nDisallow: /\n"
        assert not _allows(text), between
        assert not _allows(text, product="Other"), between


def test_a_crawl_delay_belongs_to_its_group_and_ends_the_names() -> None:
    text = "User-agent: *\nCrawl-delay: 7.5\n\nUser-agent: Other\nDisallow: /\nCrawl-delay: 90\n"
    assert _allows(text)
    assert parse(text.encode(), "Wirewatch").delay == 7.5
    assert parse(text.encode(), "Other").delay == 90
    for odd in ("", "soon", "-1", "nan", "inf", "1e999"):
        assert parse(f"User-agent: *\nCrawl-delay: {odd}\n".encode(), "Wirewatch").delay is None


def test_rules_before_any_name_are_nobody_s() -> None:
    assert _allows("Disallow: /\n")


# -- which rule ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /", "/a", False),
        ("Disallow: /\nAllow: /a", "/abc", True),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Allow: /news\nDisallow: /news/private", "/news/private/1", False),
        ("Disallow: /news/private\nAllow: /news", "/news/private/1", False),
        ("Disallow: /A", "/a", True),
        ("Disallow: /a?x", "/a?x=1", False),
        ("Disallow: /a?x", "/a", True),
        ("Disallow: /*.php", "/x/a.php?q=1", False),
        ("Disallow: /*.php$", "/x/a.php", False),
        ("Disallow: /*.php$", "/x/a.php?q=1", True),
        ("Disallow: /*a*c", "/a/b/c", False),
        ("Disallow: /*a*c$", "/a/c/b", True),
        ("Disallow: /*ab$", "/ababab", False),
        ("Disallow: /a$b", "/a$b/c", False),
        ("Disallow: *", "/anything", False),
        ("Disallow: /$", "/", False),
        ("Disallow: /$", "/a", True),
        ("Disallow: /\nAllow: /$", "/", True),
        ("Disallow: /\nAllow: /index.html", "/", True),
        ("Disallow: /\nAllow: /index.html", "/a", False),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /новости", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", False),
        ("Disallow: /%d0%bd", "/%D0%BD/1", False),
        ("Disallow: /%61bc", "/abc", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        ("Disallow: /a%3f", "/a%3F", False),
        ("Disallow:", "/a", True),
        ("Allow:", "/a", True),
        ("Disallow: /a # but why", "/abc", False),
    ],
)
def test_the_longest_rule_that_matches_decides(rules: str, path: str, allowed: bool) -> None:
    assert _allows(f"User-agent: *\n{rules}\n", path) is allowed


# -- how it is written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "user-agent: *\ndisallow: /\n",
        "USER-AGENT:*\nDISALLOW:/",
        "  User-agent  :  *  \n\tDisallow\t:\t/\t\n",
        "User-agent: *\rDisallow: /\r",
        "User-agent: *\r\nDisallow: /\r\n",
        "\ufeffUser-agent: *\nDisallow: /\n",
        "\n\n<html>\nUser-agent: *\nfoo\n: \nDisallow: /\n",
        "User-agent *\nDisallow /\n",
        "Useragent: *\nDissallow: /\n",
        "User agent: *\nDisalow: /\n",
        "User-agent: *\nDisallow: / # all of it\n",
    ],
)
def test_what_is_written_otherwise_and_means_the_same(text: str) -> None:
    assert not _allows(text)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe",
        b"<html>no</html>",
        b"Disallowed: /\n",
        "\u0130".encode(),
        b"a:b:c\n" * 9,
    ],
)
def test_what_says_nothing_allows_everything(body: bytes) -> None:
    assert _allows(body)
    assert _allows(b"User-agent: *\n" + body)


def test_half_a_mebibyte_is_read_and_no_line_in_two() -> None:
    head = b"User-agent: *\nDisallow: /early\n"
    filler = b"#" * 99 + b"\n"
    body = head + filler * ((LIMIT - len(head)) // 100)
    cut = body + b"Disallow: /" + b"x" * 200 + b"\nDisallow: /late\n"
    assert not _allows(cut, "/early")
    assert _allows(cut, "/late")
    assert _allows(cut, "/other")


@pytest.mark.parametrize(
    "unit",
    [
        b"a\n",
        b"allow:/\n",
        b"user-agent: x\n",
        b"user-agent: *\ndisallow: /*a*b\n",
        b"disallow: *a*a*a*a*a*a*a*a\n",
        b"*a",
        b" ",
        b"\n \t",
        b"disallow",
        b"%41",
    ],
)
def test_the_worst_files_cost_twice_as_much_where_they_are_twice_as_long(unit: bytes) -> None:
    url = "https://wire.example/" + "a" * 2_000

    def cost(size: int) -> float:
        body = b"user-agent: *\ndisallow: " + unit * (size // len(unit))
        best = 9.0
        for _ in range(3):
            before = time.process_time()
            parse(body, "Wirewatch").allows(url)
            best = min(best, time.process_time() - before)
        return best

    half, whole = cost(LIMIT // 2), cost(LIMIT)
    assert whole < 0.5
    assert whole < 2.5 * half + 0.05  # a busy machine is no defect


@pytest.mark.skipif(not _CASES.is_dir(), reason="the shared cases are not beside this repository")
def test_the_shared_cases() -> None:
    lines = (_CASES / "cases.jsonl").read_text("utf-8").splitlines()
    files = [case["file"] for case in map(json.loads, lines) if case["kind"].startswith("K11")]
    assert len(files) == 2
    for file in files:
        assert not _allows((_CASES / file).read_bytes()), file
