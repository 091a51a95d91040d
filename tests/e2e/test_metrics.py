"""A running program is asked over HTTP how it does."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import aiohttp
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.e2e import paper
from tests.e2e.program import until
from tests.e2e.wire import RSS, Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

UNUSABLE = 2
_OPENMETRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


async def _get(url: str, **headers: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, answer.content_type, await answer.text()


def _read(text: str) -> dict[tuple[str, frozenset[str]], float]:
    """Samples by name and the values of their labels."""
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_story_is_counted_and_timed_on_its_way_to_the_channel(
    desk: Desk, wire: Wire
) -> None:
    old, new = wire.page(1), wire.page(2, cooperation=True)
    wire.put("/feed.xml", Reply(body=paper.rss([old]).encode(), content_type=RSS))
    address = f"127.0.0.1:{_free_port()}"
    desk.configure(source("paper", wire, interval="1s"), metrics={"listen": address})
    running = await desk.start("run")
    await until(lambda: bool(desk.articles()), "the baseline", of=running)
    wire.put("/feed.xml", Reply(body=paper.rss([new, old]).encode(), content_type=RSS))
    await until(lambda: len(desk.alerts()) == 1, "the alert", of=running)
    done = len(desk.runs())
    await until(lambda: len(desk.runs()) >= done + 2, "a further poll", of=running)
    status, content_type, text = await _get(f"http://{address}/metrics", **_OPENMETRICS)
    assert (status, content_type) == (200, "application/openmetrics-text")
    samples = _read(text)

    def told(name: str, *labels: str) -> float:
        return samples[f"wirewatch_{name}", frozenset(labels)]

    read = [told("polls_total", "paper", outcome) for outcome in ("done", "nothing new", "late")]
    assert read[0] >= 2
    assert sum(read) >= 3
    assert told("polls_total", "paper", "failed") == 0
    assert told("pages_total", "paper", "fetched") == 2
    assert told("pages_total", "paper", "stored") == 2
    assert told("pages_total", "paper", "flagged") == 1
    # The baseline is no news: it is not timed.
    for stage in ("seen", "stored", "flagged"):
        assert told("stage_delay_seconds_count", "paper", stage) == 1, stage
    assert told("stage_delay_seconds_sum", "paper", "stored") < 60
    assert told("alerts_total", "journal", "sent") == 1
    assert told("delivery_delay_seconds_count", "journal") == 1
    assert told("published_to_delivered_seconds_count", "journal") == 1
    assert told("outbox_undelivered", "journal") == 0
    assert (await _get(f"http://{address}/healthz"))[0] == 200
    status, _, text = await _get(f"http://{address}/readyz")
    assert status == 200
    assert json.loads(text) == {
        "store": "ok",
        "delivery": "ok",
        "schedule": "ok",
        "extraction": "ok",
    }
    ended = await running.terminate()
    assert (ended.status, ended.err.count("Traceback")) == (0, 0), ended.err


async def test_an_address_that_was_given_and_is_in_use_is_said_before_anything_is_polled(
    desk: Desk, wire: Wire
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        desk.configure(source("paper", wire), metrics={"listen": address})
        ended = await desk.ask("run")
    assert ended.status == UNUSABLE
    assert f"metrics.listen: cannot listen at {address}: another program does" in ended.err
    assert "Traceback" not in ended.err
    assert wire.log == []


async def test_the_log_is_json_where_that_is_asked_for(desk: Desk, wire: Wire) -> None:
    wire.put("/feed.xml", Reply(body=paper.rss([wire.page(1)]).encode(), content_type=RSS))
    desk.configure(source("paper", wire), log={"format": "json"})
    running = await desk.start("run", "-v")
    await until(lambda: '"outcome": "done"' in running.err, "the end of a poll", of=running)
    ended = await running.terminate()
    lines = [json.loads(line) for line in ended.err.splitlines() if line.startswith("{")]
    (poll, *_) = [line for line in lines if line["message"].startswith("poll ended")]
    assert (poll["level"], poll["logger"], poll["source"]) == (
        "INFO",
        "crawler.crawl.poll.poll_tracker",
        "paper",
    )
