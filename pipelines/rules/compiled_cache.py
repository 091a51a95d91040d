"""Cache of a compiled rule set, once its rules proved themselves; the next start reads it.

A file bears a seal, made of its content and of the edition of all that this follows from: of one
that is stale, cut short or spoilt the seal is wrong, and it is as good as none. Data, never code.
"""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.rules.inflection.cache_folder import cache_folder, write
from pipelines.rules.vocabulary.pattern_table import PatternTable

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).parent
MOST = 4  # files, of as many sets of rules that take turns
# What reads rules, inflects their terms and folds texts: in others, rules may mean something else.
_LIBRARIES = (
    "babel",
    "lark",
    "numpy",
    "pydantic",
    "pymorphy3",
    "pymorphy3-dicts-ru",
    "simplemma",
)


class CompiledCache:
    """The patterns of one edition of the rules, on disk."""

    def __init__(self, folder: Path, contents: Iterable[str]) -> None:
        """`said` is all that the files of rules say, in their order."""
        self._edition = _digest((_program(), *contents))
        self._path = folder / f"lexicon-{self._edition[:16]}"

    @classmethod
    def in_cache(cls, contents: Iterable[str]) -> CompiledCache:
        return cls(cache_folder(), contents)

    def get(self) -> PatternTable | None:
        """The patterns, where they are kept: then the rules hold to their examples, too."""
        try:
            seal, _, content = self._path.read_bytes().partition(b"\n")
        except OSError:
            return None
        return PatternTable.loaded(content) if seal == self._seal(content) else None

    def put(self, table: PatternTable) -> None:
        content = table.dumped().encode()
        if write(self._path, self._seal(content) + b"\n" + content):
            self._forget_old()

    def _seal(self, content: bytes) -> bytes:
        return hashlib.sha256(self._edition.encode() + content).hexdigest().encode()

    def _forget_old(self) -> None:
        found = self._path.parent.glob("lexicon-*")
        try:
            for path in sorted(found, key=lambda one: -one.stat().st_mtime)[MOST:]:
                path.unlink()
        except OSError:  # another program forgets at the same time
            return


@lru_cache(maxsize=1)
def _program() -> str:
    """Changes with this code and with what it asks. As it was at first: it may be replaced while
    this process goes on with what it has loaded.
    """
    code = (path for path in sorted(HERE.rglob("*")) if path.suffix in {".py", ".lark"})
    libraries = (f"{name} {version(name)}" for name in _LIBRARIES)
    return _digest((sys.version, *libraries, *(path.read_text(encoding="utf-8") for path in code)))


def _digest(parts: Iterable[str]) -> str:
    each = (hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest() for part in parts)
    return hashlib.sha256(b"".join(each)).hexdigest()
