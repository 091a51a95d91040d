"""A source is written as TOML that reads back as the same source, and added whole or not at all."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from crawler.config.config import load
from crawler.config.declaration import add_to_file, declaration
from crawler.config.source import Archive, JsonList, Source
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = Source(
    name="paper",
    title='The "Paper" of \\ Nowhere\x7f',
    feeds=("https://paper.example/rss",),
    json_lists=(JsonList(url="https://paper.example/api", items="data[?x=='y']"),),
    article_urls=r"^https://paper\.example/\d+$",
    languages=("en", "kk"),
    archive=Archive(days=("https://paper.example/{date:%Y}",)),
)


def test_what_is_written_reads_back_as_the_same_source() -> None:
    written = declaration(SOURCE, ["look at\nthis"])
    assert written.startswith("# look at this\n[[source]]\n")
    (read,) = tomllib.loads(written)["source"]
    assert Source.model_validate(read) == SOURCE
    assert r"article_urls = '^https://paper\.example/\d+$'" in written


def test_it_is_added_below_what_stands_there(tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text('# ours\nenabled = []\n[crawl]\ncontact = "desk@paper.example"', "utf-8")
    file.chmod(0o640)
    add_to_file(file, [declaration(SOURCE)])
    assert load(file).source == [SOURCE]
    assert file.read_text("utf-8").startswith("# ours\n")
    assert file.stat().st_mode & 0o777 == 0o640


def test_what_makes_a_configuration_wrong_is_not_added(tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.toml"
    add_to_file(file, [declaration(SOURCE)])
    before = file.read_bytes()
    with pytest.raises(Unusable, match=r"nothing was added: .*two \[\[source\]\] tables"):
        add_to_file(file, [declaration(SOURCE)])
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["wirewatch.toml"]
