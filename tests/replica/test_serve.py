"""The replica as a process of its own, for programs that are killed while they read it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from replica.outlets import OUTLETS
from replica.story import load_stories

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "replica.serve", "--live-after", "0"]
    with subprocess.Popen(
        [*command, "--live-every", "0.01"], stdout=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


def test_it_says_where_it_answers_and_what_it_publishes(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    said = [json.loads(process.stdout.readline()) for _ in OUTLETS]
    assert [line["outlet"] for line in said] == [outlet.name for outlet in OUTLETS]
    with urlopen(said[0]["url"] + "/robots.txt", timeout=10) as response:  # noqa: S310 - loopback
        assert b"Disallow: /search" in response.read()
    live = [story for story in load_stories() if story.live is not None]
    published = [json.loads(process.stdout.readline()) for _ in live]
    assert [line["published"] for line in published] == [story.id for story in live]
    assert json.loads(process.stdout.readline()) == {"published": None}


def test_it_ends_on_sigterm(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
