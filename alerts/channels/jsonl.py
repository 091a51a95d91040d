"""JSON Lines channel: an object a line in a file, safely on disk before it counts as sent.

The file remembers what was delivered: a line that was cut short by a crash is no delivery, and is
cleared away by the next one.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from alerts.channel import MessageRejected, Retry, Unknown
from crawler.config import private_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from alerts.channel import Place
    from crawler.model.alert import Alert

FOLLOWS = True
_OURS = b'{"alert"'  # how each of our lines begins


def build(place: Place) -> JsonLines:
    path = Path(place.target("a file path"))
    return JsonLines(name=place.declared.name, path=path, clock=place.clock)


class JsonLines:
    """A file of alerts. Its reference is "line at byte N"."""

    pace = 0.0
    visible_within = 0.0

    def __init__(self, *, name: str, path: Path, clock: Callable[[], datetime]) -> None:
        self.name = name
        self._path = path
        self._clock = clock

    async def send(self, alert: Alert) -> str:
        line = json.dumps(self._record(alert), ensure_ascii=False).encode("utf-8", "replace")
        return await asyncio.to_thread(self._append, line + b"\n")

    async def find(self, alert: Alert) -> str | None:
        return await asyncio.to_thread(self._search, alert)

    async def check(self) -> list[str]:
        try:
            await asyncio.to_thread(self._touch)
        except OSError as error:
            raise MessageRejected(f"{self._path} cannot be written: {error.strerror}") from None
        return [f"{self._path} can be written"]

    async def close(self) -> None:
        """Nothing is held open between two alerts."""

    def _record(self, alert: Alert) -> dict[str, Any]:
        strongest = alert.strongest
        published = alert.published
        return {
            "alert": alert.id,
            "story": alert.story_id,
            "kind": alert.kind,
            "channel": self.name,
            "url": alert.url,
            "title": alert.title,
            "source": alert.source_name,
            "published_at": published.at.isoformat() if published else None,
            "first_seen": alert.first_seen.isoformat(),
            "reason": strongest.reason if strongest else "",
            "rule": strongest.rule if strongest else "",
            "severity": alert.severity,
            "score": strongest.score if strongest else None,
            "topics": _topics(alert),
            "credit": alert.credit,
            "lead_only": alert.lead_only,
            "entities": [entity.name for entity in alert.entities],
            **({"stories": [one.url for one in alert.stories]} if alert.is_digest else {}),
            **({"text": alert.lead} if alert.is_notice else {}),
            **_followed(alert),
            "sent_at": self._clock().isoformat(),
        }

    def _touch(self) -> None:
        private_files.make(self._path)
        with self._path.open("ab"):
            pass

    def _append(self, line: bytes) -> str:
        try:
            private_files.make(self._path)
            handle = self._path.open("a+b", buffering=0)
        except OSError as error:
            raise Retry(f"{self._path} cannot be written: {error.strerror}") from None
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            try:
                start = _mend(handle)
                written = handle.write(line)
                if written != len(line):  # a full disk: what was written is no line yet
                    handle.truncate(start)
                    raise Retry(f"{self._path}: the disk is full")
                os.fsync(handle.fileno())
            except OSError as error:
                raise Unknown(f"{self._path}: {error.strerror}") from None
        return f"line at byte {start}"

    def _search(self, alert: Alert) -> str | None:
        try:
            handle = self._path.open("rb")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Retry(f"{self._path} cannot be read: {error.strerror}") from None
        start = 0
        with handle:
            for line in handle:
                if alert.id.encode() in line and self._is(line, alert):
                    return f"line at byte {start}"
                start += len(line)
        return None

    def _is(self, line: bytes, alert: Alert) -> bool:
        seen = alert.first_seen.isoformat()
        try:
            record = json.loads(line)
        except ValueError:  # the torn last line of a crash
            return False
        return (
            isinstance(record, dict)
            and record.get("alert") == alert.id
            and record.get("channel") == self.name
            # Another store counts its stories from 1, too.
            and record.get("first_seen", seen) == seen
        )


def _topics(alert: Alert) -> list[str]:
    """Of the rules that matched; of a digest, those of its stories."""
    of_rules = (topic for match in alert.matches for topic in match.topics)
    return list(dict.fromkeys((*of_rules, *(tally.topic for tally in alert.topics))))


def _followed(alert: Alert) -> dict[str, Any]:
    """What became of a story, or a notice, that an earlier line told of."""
    if not alert.parent:
        return {}
    if alert.is_notice:
        return {"follows": alert.first}
    standing, turn = asdict(alert.standing), alert.turn
    happened = {"turn": asdict(turn)} if turn else {"standing": standing}
    return {"follows": alert.first, **happened}


def _mend(handle: BinaryIO) -> int:
    """Make the file end with a whole line; returns where the next one will begin."""
    end = handle.seek(0, os.SEEK_END)
    tail = _last_line(handle, end)
    if not tail or tail.endswith(b"\n"):
        return end
    if _is_json(tail) or not tail.startswith(_OURS[: len(tail)]):
        return end + handle.write(b"\n")  # whole but for its end, or not ours to clear away
    return handle.truncate(end - len(tail))


def _last_line(handle: BinaryIO, end: int) -> bytes:
    tail = b""
    at = end
    while at and b"\n" not in tail[:-1]:
        step = min(at, 8192)
        at -= step
        handle.seek(at)
        tail = handle.read(step) + tail
    return tail[tail.rfind(b"\n", 0, -1) + 1 :] if tail else b""


def _is_json(tail: bytes) -> bool:
    try:
        json.loads(tail)
    except ValueError:
        return False
    return True
