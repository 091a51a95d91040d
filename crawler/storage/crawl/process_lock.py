"""Process lock: a file that a process locks while it lives, in the folder for temporary files.

Where it can be seen, it tells at once that its process is gone, which a heartbeat tells only later.
Its name is the process's random id: where it cannot be seen, it says nothing, and nothing wrong.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import suppress
from pathlib import Path


class ProcessLock:
    """Held by the process of this id; the kernel lets go of it when the process ends."""

    def __init__(self, process_id: str) -> None:
        self._path = _path(process_id)
        self._descriptor = -1

    def take(self) -> None:
        """Without a place to put it there is only the heartbeat."""
        with suppress(OSError):
            self._descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1


def is_gone(process_id: str) -> bool:
    """Did the process of this id end without a word, as far as can be seen from here?"""
    try:
        descriptor = os.open(_path(process_id), os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _path(process_id).unlink(missing_ok=True)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _path(process_id: str) -> Path:
    return Path(tempfile.gettempdir()) / f"wirewatch-{process_id}.lock"
