"""Private files: what we make is for its owner only, whatever the umask says."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.config.config import Config

_OWNER = 0o600


def make(path: Path) -> None:
    """Make the file, empty, where there is none. Raises `OSError`."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER))


def warnings(config: Config, store: Path | None) -> list[str]:
    """A line for each file of ours that everybody on this machine may read."""
    lines = (Path(one.target) for one in config.channels if one.kind == "jsonl" and one.target)
    files = [store, *lines]
    return [
        f"{file} can be read by everybody on this machine: chmod 600 {file}"
        for file in _readable(file for file in files if file is not None)
    ]


def _readable(files: Iterable[Path]) -> Iterable[Path]:
    for file in files:
        with suppress(OSError):  # not there yet
            found = file.stat()
            if stat.S_ISREG(found.st_mode) and found.st_mode & stat.S_IROTH:
                yield file
