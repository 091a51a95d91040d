"""A file forgets nothing, and a terminal shows everything."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alerts.channel import MessageRejected, Retry
from alerts.channels.jsonl import JsonLines
from alerts.channels.terminal import Terminal
from crawler.model.clock import utc_now
from tests.sample_alerts import alert

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def lines(tmp_path: Path) -> JsonLines:
    return JsonLines(name="desk", path=tmp_path / "alerts.jsonl", clock=utc_now)


async def test_a_line_holds_what_machines_ask_for(lines: JsonLines, tmp_path: Path) -> None:
    await lines.send(alert())
    (line,) = (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()
    record = json.loads(line)
    assert list(record) == [
        "alert",
        "story",
        "kind",
        "channel",
        "url",
        "title",
        "source",
        "published_at",
        "first_seen",
        "reason",
        "rule",
        "severity",
        "score",
        "topics",
        "credit",
        "lead_only",
        "entities",
        "sent_at",
    ]
    assert (record["severity"], record["score"]) == ("high", 11)
    assert record["topics"] == ["counter-terrorism"]
    assert (record["credit"], record["lead_only"]) == ("BelTA", False)
    assert record["entities"] == ["CIS", "UN", "Belarus"]


@pytest.mark.parametrize("length", [1, 5, 9, 40, 200])
async def test_a_line_that_a_crash_cut_short_is_no_delivery(
    lines: JsonLines, tmp_path: Path, length: int
) -> None:
    file = tmp_path / "alerts.jsonl"
    await lines.send(alert(story_id=1))
    await lines.send(alert(story_id=2))
    first = file.read_bytes().splitlines(keepends=True)[0]
    file.write_bytes(file.read_bytes()[: len(first) + length])
    assert await lines.find(alert(story_id=2)) is None
    reference = await lines.send(alert(story_id=2))
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [record["story"] for record in records] == [1, 2]
    assert await lines.find(alert(story_id=2)) == reference


async def test_a_whole_line_without_its_end_is_a_delivery(lines: JsonLines, tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    await lines.send(alert(story_id=1))
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    assert await lines.find(alert(story_id=1)) is not None
    await lines.send(alert(story_id=2))
    assert len([json.loads(line) for line in file.read_text("utf-8").splitlines()]) == 2


async def test_a_file_that_is_not_ours_loses_nothing(lines: JsonLines, tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    file.write_text("minutes of the meeting", encoding="utf-8")
    await lines.send(alert())
    assert file.read_text("utf-8").startswith("minutes of the meeting\n{")


async def test_another_stores_story_of_the_same_number_is_another(lines: JsonLines) -> None:
    told = alert()
    await lines.send(told)
    assert await lines.find(told) is not None
    assert await lines.find(replace(told, first_seen=utc_now())) is None


async def test_two_channels_may_share_a_file(lines: JsonLines, tmp_path: Path) -> None:
    other = JsonLines(name="archive", path=tmp_path / "alerts.jsonl", clock=utc_now)
    await lines.send(alert())
    assert await other.find(alert()) is None


async def test_a_folder_that_is_missing_is_worth_another_try(tmp_path: Path) -> None:
    lost = JsonLines(name="desk", path=tmp_path / "gone" / "alerts.jsonl", clock=utc_now)
    with pytest.raises(Retry):
        await lost.send(alert())
    with pytest.raises(MessageRejected):
        await lost.check()


async def test_the_terminal_shows_the_message_and_its_address() -> None:
    stream = io.StringIO()
    await Terminal(name="desk", timezone="Europe/Minsk", stream=stream).send(alert())
    shown = stream.getvalue()
    assert "https://wire.example/politics/view/1-2026/?a=1&b=2" in shown
    assert "15:00 Europe/Minsk (12:00 UTC)" in shown
    assert "counter-terrorism" in shown
    assert max(len(line) for line in shown.splitlines()) <= 100


async def test_markup_in_a_headline_is_only_text() -> None:
    stream = io.StringIO()
    await Terminal(name="desk", timezone="UTC", stream=stream).send(alert("[bold]loud[/bold]"))
    assert "[bold]loud[/bold]" in stream.getvalue()


async def test_a_terminal_of_few_letters_shows_what_it_can() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    await Terminal(name="desk", timezone="UTC", stream=stream).send(alert("Антитеррор talks"))
    assert b"?????????? talks" in raw.getvalue()


async def test_a_terminal_that_is_gone_is_said() -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(MessageRejected):
        await Terminal(name="desk", timezone="UTC", stream=stream).send(alert())
