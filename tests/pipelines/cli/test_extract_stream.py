"""A page that kills or hangs its worker costs its own line, and every line is answered."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.cli.extract_stream import ExtractStream
from pipelines.extraction.metadata.source_hints import Sources
from pipelines.workers.pool import ExtractionPool

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.model.items import Extracted

SENTENCE = "Delegates of nine countries met on Tuesday to talk about joint training in the hills. "
URL = "https://wire.example/n/1"
HANGING, KILLING = "hangs", "kills"


class _Poisoned(ExtractionPool):
    """A real pool, in which two words on a page do to its worker what they say."""

    async def extract(self, html: bytes, url: str, **wanted: Any) -> Extracted:
        if HANGING.encode() in html:
            await self.run("time:sleep", 60)
        if KILLING.encode() in html:
            await self.run("os:abort")
        return await super().extract(html, url, **wanted)


async def test_a_page_that_ends_its_worker_costs_its_own_line(tmp_path: Path) -> None:
    words = ["one", HANGING, "two", KILLING, "three", KILLING, "four"]
    asked = [
        {"id": number, "url": URL, "html": f"<h1>{word}</h1><p>{SENTENCE * 4}"}
        for number, word in enumerate(words)
    ]
    given, told = tmp_path / "given", tmp_path / "told"
    given.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    pool = _Poisoned(workers=2, timeout=timedelta(seconds=1))
    answered: list[None] = []
    source, sink = os.open(given, os.O_RDONLY), os.open(told, os.O_WRONLY | os.O_CREAT)
    lines = ExtractStream(pool, Sources({}), clock=lambda: datetime(2026, 9, 1, tzinfo=UTC))
    try:
        await lines.run(source, sink, workers=2, answered=lambda: answered.append(None))
    finally:
        pool.close()
        os.close(source)
        os.close(sink)
    found = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    errors = {one["id"]: one["error"] and one["error"].partition(":")[0] for one in found}
    crashed = "extraction-crashed"
    expected = [None, "extraction-timeout", None, crashed, None, crashed, None]
    assert errors == dict(enumerate(expected))
    assert len(answered) == len(words)
