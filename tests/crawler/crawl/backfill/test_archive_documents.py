"""What an archive answers costs its shard at worst: never the loop, never the backfill."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.crawl.backfill.archive_documents import ArchiveDocuments
from crawler.crawl.backfill.archive_errors import ArchiveUnavailable, Unread
from crawler.crawl.document_pool import AT_ONCE, DocumentPool

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "http://archive.example/answer"
LARGE = AT_ONCE + 1


@pytest.fixture
def documents() -> Iterator[ArchiveDocuments]:
    pool = DocumentPool(deadline=timedelta(seconds=0.5))
    yield ArchiveDocuments(pool, owner="backfill paper")
    pool.close()


async def test_a_small_answer_is_read_at_once_and_a_large_one_by_a_worker(
    documents: ArchiveDocuments,
) -> None:
    assert await documents.read(URL, AT_ONCE, os.getpid) == os.getpid()
    assert await documents.read(URL, LARGE, os.getpid) != os.getpid()
    assert await documents.work(URL, os.getpid) != os.getpid()


async def test_one_that_takes_too_long_is_a_reason_and_may_be_read_the_next_time(
    documents: ArchiveDocuments,
) -> None:
    with pytest.raises(Unread, match=f"{URL}: it takes too long"):
        await documents.read(URL, LARGE, time.sleep, 60)
    assert await documents.read(URL, LARGE, abs, -1) == 1


async def test_one_that_kills_its_worker_is_a_reason_and_the_next_is_read(
    documents: ArchiveDocuments,
) -> None:
    with pytest.raises(Unread, match=f"{URL}: the worker that read it died"):
        await documents.read(URL, LARGE, os._exit, 9)
    assert await documents.read(URL, LARGE, abs, -1) == 1


@pytest.mark.parametrize("size", [0, LARGE])
async def test_whatever_a_reader_raises_is_a_reason(documents: ArchiveDocuments, size: int) -> None:
    with pytest.raises(ArchiveUnavailable, match="cannot be read"):
        await documents.read(URL, size, int, "no number")
