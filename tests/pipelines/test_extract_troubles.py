"""What becomes of pages where workers are slow, crash, or cannot live."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from crawler.model.dropped_items import NotSettled, Rejected, TryAgain
from crawler.model.items import Entry, Page
from pipelines.extract import DOWN, MOST_TIMEOUTS, STOPPED, Extract
from pipelines.extraction.not_an_article import NotAnArticle
from pipelines.workers.pool import CRASHED, TIMEOUT, ExtractionDown, ExtractionPool

if TYPE_CHECKING:
    from crawler.model.items import Extracted

NOW = datetime(2026, 9, 1, tzinfo=UTC)
URL = "https://wire.example/1"


class Failing(ExtractionPool):
    """A pool all of whose pages end so."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked: Counter[str] = Counter()

    async def extract(self, html: bytes, url: str, *, source: str = "", **_: Any) -> Extracted:
        self.asked[source] += 1
        raise self.error


class Crawler:
    """As much of a crawler as the pipeline looks at."""

    spider = None


def page(source: str = "slow") -> Page:
    return Page(
        source=source,
        entry=Entry(url=URL),
        canonical_url=URL,
        url=URL,
        html=b"<p>",
        charset=None,
        fetched_at=NOW,
        first_seen=NOW,
        baseline=False,
    )


def pipeline(pool: ExtractionPool) -> Extract:
    crawler: Any = Crawler()
    return Extract(pool, crawler)


async def test_after_so_many_time_outs_the_others_of_a_source_wait_for_the_next_poll() -> None:
    pool = Failing(NotAnArticle(TIMEOUT, "over 5 s"))
    extract = pipeline(pool)
    for _ in range(MOST_TIMEOUTS):
        with pytest.raises(Rejected, match=TIMEOUT):
            await extract.process_item(page())
    for _ in range(5):
        with pytest.raises(NotSettled, match="slow: extraction stopped after 3 pages") as left:
            await extract.process_item(page())
        assert (left.value.reason, left.value.failed) == (STOPPED, False)
    with pytest.raises(Rejected):
        await extract.process_item(page("another"))
    assert pool.asked == {"slow": MOST_TIMEOUTS, "another": 1}


async def test_a_page_whose_worker_crashed_is_tried_again() -> None:
    with pytest.raises(TryAgain, match="extraction-crashed: exit status 3"):
        await pipeline(Failing(NotAnArticle(CRASHED, "exit status 3"))).process_item(page())


async def test_where_extraction_is_down_no_page_is_settled_and_the_poll_has_failed() -> None:
    with pytest.raises(NotSettled, match="extraction is down: no memory") as left:
        await pipeline(Failing(ExtractionDown("no memory"))).process_item(page())
    assert (left.value.reason, left.value.failed) == (DOWN, True)
