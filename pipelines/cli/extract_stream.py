"""Pages in, a line for each out: JSON Lines through the pool, at the pace of whoever reads them.

Only as many lines are held as the pool has under way. A line that cannot be answered is answered
with the reason.
"""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from crawler.model.exceptions import Unusable
from pipelines.cli.extract_input import ExtractRequest, parse_request
from pipelines.cli.extract_row import encoded, row
from pipelines.extraction.not_an_article import NotAnArticle

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.model.clock import Clock
    from crawler.model.items import Extracted
    from pipelines.extraction.metadata.source_hints import Sources
    from pipelines.workers.pool import ExtractionPool

T = TypeVar("T")
_CHUNK = 1 << 20
_AT_HAND = 3  # pages a worker that are read or under way; more would only fill memory


class ExtractStream:
    """Answers every line of one file descriptor on another, in any order."""

    def __init__(self, pool: ExtractionPool, sources: Sources, *, clock: Clock) -> None:
        self._pool = pool
        self._sources = sources
        self._clock = clock
        self._number = 0
        self._turn_to_read = asyncio.Lock()
        self._turn_to_write = asyncio.Lock()

    async def run(
        self, source: int, sink: int, *, workers: int, answered: Callable[[], None]
    ) -> None:
        """Until the source ends, or nobody reads the sink any more.

        `answered` is called after each line. Raises `Unusable` where the source cannot be read.
        """
        lines = _Lines(source)

        async def one_after_another() -> None:
            while (asked := await self._next(lines)) is not None:
                answer = encoded(await self._answer(asked))
                async with self._turn_to_write:
                    await _aside(partial(_write, sink, answer))
                answered()

        under_way = [asyncio.create_task(one_after_another()) for _ in range(workers * _AT_HAND)]
        try:
            await asyncio.gather(*under_way)
        except BrokenPipeError:
            pass  # whoever reads has all they want
        finally:
            for task in under_way:
                task.cancel()

    async def _next(self, lines: _Lines) -> ExtractRequest | None:
        async with self._turn_to_read:
            line = lines.at_hand()
            if line is None:
                try:
                    line = await _aside(lines.read)
                except OSError as error:
                    raise Unusable(f"standard input cannot be read: {error.strerror}") from None
            if line is None:
                return None
            self._number += 1
            return parse_request(line, self._number, sources=self._sources, clock=self._clock)

    async def _answer(self, asked: ExtractRequest) -> dict[str, object]:
        found: Extracted | None = None
        wrong = asked.wrong
        if asked.html is not None:
            try:
                found = await self._pool.extract(
                    asked.html, asked.url, charset="utf-8", hints=asked.hints, now=asked.now
                )
            except NotAnArticle as refusal:
                found, wrong = refusal.understood, (*wrong, str(refusal))
        return {"id": asked.id, "url": asked.url} | row(found, error="; ".join(wrong) or None)


class _Lines:
    """The lines of a file descriptor, without their ends; the last one may lack its own."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = bytearray()
        self._searched = 0
        self._ended = False

    def at_hand(self) -> bytes | None:
        """The next line, where it has been read already."""
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return line

    def read(self) -> bytes | None:
        """The next line, however long that takes; None at the end."""
        while not self._ended:
            chunk = os.read(self._descriptor, _CHUNK)
            self._ended = not chunk
            self._buffer += chunk
            if (line := self.at_hand()) is not None:
                return line
        rest, self._buffer = bytes(self._buffer), bytearray()
        self._searched = 0
        return rest or None


def _write(descriptor: int, line: bytes) -> None:
    left = memoryview(line)
    while left:
        left = left[os.write(descriptor, left) :]


async def _aside(function: Callable[[], T]) -> T:
    """Call what may block in a thread that keeps neither the loop nor the program from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, error = None, None
        try:
            result = function()
        except OSError as caught:
            error = caught
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, daemon=True).start()
    return await future
