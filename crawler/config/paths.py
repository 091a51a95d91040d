"""A relative path in a configuration file is relative to the folder that the file lies in.

So a command means the same store from wherever it is called.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:)(.+)")


def place(values: dict[str, Any], folder: Path, *, store: str) -> None:
    """Make the paths in `values` absolute; `store` is the URL where they name none.

    What is not of its type is left as it is, for whoever checks it.
    """
    table = values.setdefault("store", {})
    if isinstance(table, dict) and isinstance(url := table.get("url", store), str):
        table["url"] = _SQLITE.sub(lambda found: f"{found[1]}{folder / found[2]}", url)
    rules = values.get("rules")
    folders = rules.get("folders") if isinstance(rules, dict) else None
    if isinstance(folders, list):
        folders[:] = [str(folder / one) if isinstance(one, str) else one for one in folders]
    log = values.get("log")
    if isinstance(log, dict) and isinstance(log.get("file"), str) and log["file"]:
        log["file"] = str(folder / log["file"])
    channels = values.get("channel")
    for channel in channels if isinstance(channels, list) else ():
        if isinstance(channel, dict) and channel.get("kind") == "jsonl" and channel.get("target"):
            channel["target"] = str(folder / str(channel["target"]))
