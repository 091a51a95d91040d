"""`wirewatch dedup --jsonl` answers every line with its story, whatever the line is."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

WIRE = (
    "MINSK, 3 September (BelTA) - The heads of the financial intelligence units of nine states "
    "agreed in Minsk to exchange data on suspicious transfers that may serve terrorist groups. "
    "The agreement was signed on the second day of the conference. A joint group of analysts will "
    "meet four times a year and share typologies through a protected channel, the organisers said."
)


def dedup(tmp_path: Path, *lines: object, raw: bytes = b"") -> list[dict[str, Any]]:
    written = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "dedup", "--jsonl"],
        input=written + raw,
        capture_output=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []  # no store is made
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_reprint_joins_the_story_and_names_its_original(tmp_path: Path) -> None:
    first, second, third = dedup(
        tmp_path,
        {"id": "a", "title": "Nine states share data", "text": WIRE, "source": "belta"},
        {"id": "b", "title": "Other news", "text": "Snow fell on Tuesday in the north."},
        {"id": 3, "title": "Nine states", "text": f"{WIRE} Read on.", "source": "kazinform"},
    )
    assert (first["relation"], first["of"]) == ("new", None)
    assert (second["relation"], second["related"]) == ("new", [])
    assert (third["relation"], third["of"], third["story"]) == ("reprint", "a", first["story"])
    assert third["score"] > 0.9
    assert third["evidence"]


def test_one_page_under_two_addresses_is_one_page_and_a_changed_one_a_revision(
    tmp_path: Path,
) -> None:
    page = {"title": "Nine states", "text": WIRE, "url": "https://wire.example/1"}
    answers = dedup(
        tmp_path,
        page | {"id": 1},
        page | {"id": 2, "url": "https://www.wire.example/1/?utm_source=mail"},
        page | {"id": 3, "text": WIRE.replace("nine", "ten")},
    )
    assert [answer["relation"] for answer in answers] == ["new", "same-page", "revision"]
    assert [answer["of"] for answer in answers] == [None, 1, 1]
    assert len({answer["story"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{\n", "not JSON"),
        (b"\n", "not JSON"),
        (b'"text"\n', "not an object"),
        (b'{"title": "x", "text": "y"}\n', 'without an "id"'),
        (b'{"id": null, "title": "x", "text": "y"}\n', 'without an "id"'),
        (b'{"id": 1, "title": "x"}\n', 'without a "text"'),
        (b'{"id": 1, "title": ["x"], "text": "y"}\n', '"title" is not a string'),
        (b'{"id": 1, "text": "y", "published_at": "soon"}\n', '"published_at" is'),
        (b'{"id": 1, "text": "y", "url": "mailto:x"}\n', "not a web address"),
        (b'{"id": 1, "text": "\\ud800"}\n', "surrogate"),
        (b'{"id": 1, "text": "\xff"}\n', "not UTF-8"),
        (b"[" * 100_000 + b"\n", "not JSON"),
    ],
)
def test_a_line_that_is_no_article_is_answered_with_what_is_wrong(
    tmp_path: Path, raw: bytes, said: str
) -> None:
    good = b'{"id": "good", "title": "Rain", "text": "Rain expected."}\n'
    bad, after = dedup(tmp_path, raw=raw + good)
    assert said in bad["error"]
    assert (after["id"], after["relation"]) == ("good", "new")
