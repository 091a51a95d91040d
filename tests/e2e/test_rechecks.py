"""The pages of told stories are fetched again by the polls of a real daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.e2e import paper
from tests.e2e.program import until
from tests.e2e.wire import Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

SOON = {"recheck": ["2s", "4s", "8s", "16s", "32s", "64s"]}


def _of_kind(desk: Desk, kind: str) -> list[dict[str, Any]]:
    return [line for line in desk.alerts() if line["kind"] == kind]


def _turns(desk: Desk, what: str) -> list[dict[str, Any]]:
    return [line for line in desk.alerts() if line.get("turn", {}).get("what") == what]


def _page(number: int, *, correction: str = "") -> Reply:
    page = paper.page(number, cooperation=True, published="2026-11-24T08:00:00Z")
    return Reply(body=page.replace("</article>", f"<p>{correction}</p></article>").encode())


async def test_a_change_and_a_withdrawal_are_told_in_the_thread_through_a_kill(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1), etag='"1"')
    desk.configure(source("paper", wire), alerts={**SOON, "max_age": "9999d"})
    assert (await desk.ask("run", "--once")).status == 0
    told = [wire.page(number, reply=_page(number)) for number in (2, 3, 4, 5)]
    wire.feed(wire.page(1), *told, etag='"2"')
    running = await desk.start("run")
    await until(lambda: len(_of_kind(desk, "story")) == 4, "the stories are told", of=running)
    await running.kill()
    wire.put("/a/2", _page(2, correction="The number of exercises is not settled, the press said."))
    wire.put("/a/3", Reply(status=410))
    wire.put("/robots.txt", Reply(body=b"User-agent: *\nDisallow: /a/4\n"))
    wire.put("/a/5", Reply(status=302, headers={"Location": "/"}))
    wire.put("/", Reply(body=paper.page(9).encode()))
    running = await desk.start("run")
    await until(lambda: bool(_turns(desk, "revision")), "the change is told", of=running)
    await until(lambda: bool(_turns(desk, "withdrawal")), "so is the withdrawal", of=running)
    await until(lambda: bool(wire.asked("/")), "a page leads to the front page", of=running)
    await running.terminate()
    (revision,), (withdrawal,) = _turns(desk, "revision"), _turns(desk, "withdrawal")
    assert revision["url"].endswith("/a/2")
    (added,) = revision["turn"]["added"]
    assert "not settled" in added
    assert withdrawal["url"].endswith("/a/3")
    assert withdrawal["turn"]["said"] == "the page answers 410"
    assert wire.statuses("/a/3").count(410) == 1
    paths = [line.path for line in wire.log]
    assert "/a/4" not in paths[-paths[::-1].index("/robots.txt") :]
    assert {row["state"] for row in desk.pages().values()} == {"stored"}
