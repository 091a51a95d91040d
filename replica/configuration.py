"""Configuration of the demonstration: a wirewatch.toml with the settings of production."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from replica.outlets import OUTLETS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from replica.outlets import ReplicaOutlet

CONFIG = "wirewatch.toml"
STORE = "wirewatch.db"
ALERTS = "alerts.jsonl"
PREFIX = "replica_"  # the wires that ship have the plain names
_TERMINAL = """
[[channel]]
name = "terminal"
kind = "terminal"
"""


def write_configuration(
    folder: Path, urls: Mapping[str, str], *, interval: str = "1s", channels: str = _TERMINAL
) -> Path:
    """Write `folder`/wirewatch.toml for outlets at `urls` (by name); the store lies beside it.

    A JSON-lines channel to `folder`/alerts.jsonl is always there; `channels` is the TOML of others.
    """
    sources = "\n".join(
        _source(outlet, urls[outlet.name]) for outlet in OUTLETS if outlet.name in urls
    )
    text = f"""# Written by `wirewatch demo`: a replica wire service on this machine.
enabled = []

[store]
url = {_toml(f"sqlite:///{folder.absolute() / STORE}")}

[crawl]
interval = {_toml(interval)}
slowest = {_toml(interval)}
delay = 0
requests_per_host = 8

[metrics]
listen = ""

[[channel]]
name = "journal"
kind = "jsonl"
target = {_toml(str(folder.absolute() / ALERTS))}
{channels}
{sources}"""
    file = folder / CONFIG
    file.write_text(text, encoding="utf-8")
    return file


def _source(outlet: ReplicaOutlet, url: str) -> str:
    found: dict[str, list[str]] = {"feeds": [], "sitemaps": [], "listings": []}
    for path in outlet.found_by:
        kind = "listings" if path == "/listing" else "sitemaps" if "sitemap" in path else "feeds"
        found[kind].append(url + path)
    settings: dict[str, object] = {
        "name": PREFIX + outlet.name,
        "title": outlet.title,
        "country": outlet.country,
        **{kind: where for kind, where in found.items() if where},
        "next_page": "a.pager__next" if found["listings"] else "",
        "article_urls": outlet.article_urls(url),
        "languages": list(outlet.languages),
        "timezone": outlet.timezone,
        "credits": list(outlet.credits),
        "date": outlet.date_selector,
        "wrong_offset": outlet.wrong_offset,
    }
    lines = "\n".join(
        f"{key} = {_toml(value)}" for key, value in settings.items() if value not in ("", False)
    )
    return f"[[source]]\n{lines}\n"


def _toml(value: object) -> str:
    # A JSON string, list of strings or boolean is TOML as well.
    return json.dumps(value, ensure_ascii=False)
