"""The user's cache folder, for what took long to work out. Any of it may be lost at any time."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/wirewatch`, else `~/.cache/wirewatch`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "wirewatch"


def write(path: Path, content: bytes) -> bool:
    """Whole or not at all, whoever else writes it; False where it cannot be: that costs time only,
    at the next start.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        logger.debug("not kept path=%s reason=%s", path, error.strerror)
        return False
    return True
