"""The whole program: what staff press and ask in Slack is heard by `wirewatch run`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psutil
import pytest
import sqlalchemy as sa

from crawler.storage.schema import outbox, verdicts
from tests.doubles.slack.mock_slack import APP_TOKEN, TOKEN, Fault, Kind, MockSlack
from tests.e2e.backfill.past import A_DAY, Old, Past, articles, numbers
from tests.e2e.program import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.e2e.desk import Desk
    from tests.e2e.program import Running

ANNA, EVE = "U0ANNA", "U0EVE"
FLAGGED = 900
_CHANNEL = '[[channel]]\nname = "slack"\nkind = "slack"\ntarget = "C0ALERTS"\n'


@pytest.fixture
async def slack() -> AsyncIterator[MockSlack]:
    async with MockSlack() as opened:
        yield opened


@pytest.fixture
async def site() -> AsyncIterator[Past]:
    """Ten old days, and one article of today that is flagged."""
    today = Old(number=FLAGGED, at=datetime.now(UTC) - timedelta(hours=1), cooperation=True)
    async with Past([*articles(10), today]) as opened:
        yield opened


@pytest.fixture
async def running(desk: Desk, site: Past, slack: MockSlack, tmp_path: Path) -> Running:
    """A daemon that has alerted once, and listens."""
    desk.configure(
        site.source(archive={"days": [f"{site.base}/day/{{date:%Y-%m-%d}}"]}),
        slack={"base_url": slack.base_url, "allowed_users": [ANNA]},
        alerts={"alert_baseline": True},
    )
    desk.config.write_text(desk.config.read_text("utf-8") + _CHANNEL, "utf-8")
    secret = tmp_path / "app_token"
    secret.write_text(f"{APP_TOKEN}\n", "utf-8")
    desk.environment |= {
        "WIREWATCH_SLACK__TOKEN": TOKEN,
        "WIREWATCH_SLACK__APP_TOKEN_FILE": str(secret),
    }
    daemon = await desk.start("run")
    await _until(lambda: bool(slack.messages), daemon)
    await slack.socket.connected()
    return daemon


async def _until(holds: Callable[[], bool], running: Running) -> None:
    await until(holds, "what Slack is to show", of=running)


async def _press(slack: MockSlack, answer: str) -> None:
    ts = slack.messages[0]["ts"]
    await slack.readers.press(f"wirewatch_{answer}", channel="C0ALERTS", ts=ts, user=ANNA)


def _shown(slack: MockSlack) -> str:
    return str(slack.messages[0]["blocks"])


async def test_a_daemon_killed_between_verdict_and_edit_shows_it_when_it_is_back(
    desk: Desk, running: Running, slack: MockSlack
) -> None:
    slack.fail(Fault(kind=Kind.HANG, seconds=60), method="chat.update")
    await _press(slack, "relevant")
    await _until(lambda: "chat.update" in {method for _, method in slack.asked}, running)
    await running.kill()
    assert "✔ relevant: u0anna" not in _shown(slack)
    again = await desk.start("run")
    await _until(lambda: "✔ relevant: u0anna" in _shown(slack), again)
    await slack.socket.connected()
    await slack.socket.repeat()
    (kept,) = desk.rows(sa.select(verdicts))
    assert (kept["user_id"], kept["answer"]) == (ANNA, "relevant")
    ended = await again.terminate(within=12)
    assert ended.status == 0, ended.err
    assert len(slack.messages) == 1
    assert APP_TOKEN not in ended.err + ended.out


async def test_a_desk_asks_for_status_a_reason_and_the_past(
    desk: Desk, running: Running, slack: MockSlack, site: Past
) -> None:
    def told(user: str = ANNA) -> str:
        return "\n".join(said["text"] for said in slack.ephemeral if said["user"] == user)

    async def command(text: str, user: str = ANNA) -> None:
        await slack.readers.command("/wirewatch", text, channel="C0ALERTS", user=user)

    told_of = sa.select(outbox.c.id).where(outbox.c.state == "sent", outbox.c.channel == "slack")
    await _until(lambda: bool(desk.rows(told_of)), running)
    await command("status")
    await _until(lambda: "1 source, 0 in trouble" in told(), running)
    assert "channel slack: 1 sent, 0 waiting, 0 dead" in told()
    await command(f"why {site.base}/news/{FLAGGED}")
    await _until(lambda: " fires (score" in told(), running)
    await command("why https://wire.example/never")
    await _until(lambda: "https://wire.example/never is not in the store" in told(), running)
    await command("backfill past 2019-09-03 2019-09-04", user=EVE)
    await command("backfill nobody 2019-09-03 2019-09-04")
    await _until(lambda: "no source is called 'nobody'" in told(), running)
    await command("backfill past 2019-09-03 2019-09-04")
    await _until(lambda: "2019-09-03 to 2019-09-04, is done (job 1)" in told(), running)
    assert "6 extracted, 1 flagged" in told()
    assert told(EVE).startswith("You may not give commands here")
    stored = numbers([article["url"] for article in desk.articles()])
    assert set(range(2 * A_DAY, 4 * A_DAY)) <= set(stored)
    assert len(slack.messages) == 1, "a backfill is silent"
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [words for words in commands if APP_TOKEN in " ".join(words)]


async def test_a_backfill_that_the_daemon_did_not_finish_says_so(
    desk: Desk, running: Running, slack: MockSlack, site: Past
) -> None:
    site.broken["/day/2019-09-03"] = [503] * 50
    text = "backfill past 2019-09-03 2019-09-04"
    await slack.readers.command("/wirewatch", text, channel="C0ALERTS", user=ANNA)
    await _until(lambda: bool(site.asked["/day/2019-09-03"]), running)
    ended = await running.terminate(within=12)
    assert ended.status == 0, ended.err
    last = slack.ephemeral[-1]["text"]
    assert "The same command goes on where it was." in last, last
