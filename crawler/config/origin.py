"""Origin of a configuration: the files it was read from, and whether they were edited since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.config.config import Config, find, load
from crawler.config.environment import Variables

if TYPE_CHECKING:
    from pathlib import Path

Stamp = frozenset[tuple[str, int, int]]  # of each file: path, time of the last change, size


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a configuration came from. `digest` is the SHA-256 of `file`, "" without a file."""

    file: Path | None
    digest: str
    stamp: Stamp


def read(path: Path | None) -> tuple[Config, Origin]:
    """The configuration of that file, else of the one that `find` finds. Raises `Unusable`."""
    file = find(path)
    # Taken first: what is edited while it is read differs from these, and is read once more.
    before, digest = stamp(file), digest_of(file)
    config = load(file)
    return config, Origin(file=file, digest=digest, stamp=before)


def stamp(file: Path | None) -> Stamp:
    """As the file, and those that hold secrets, are now; what is not there is left out."""
    found = set()
    for path in filter(None, (find(file), *Variables(Config).files())):
        try:
            state = path.stat()
        except OSError:
            continue
        found.add((str(path), state.st_mtime_ns, state.st_size))
    return frozenset(found)


def digest_of(file: Path | None) -> str:
    """The SHA-256 of what the file holds; "" where it cannot be read, which `load` explains."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file is not None else ""
    except OSError:
        return ""
