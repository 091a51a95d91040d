"""After what reads pages has changed, each source's canary is read again by a real daemon."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.schema import canaries, conditions
from tests.e2e import paper
from tests.e2e.program import until
from tests.e2e.wire import Reply, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk
    from tests.e2e.wire import Wire

OPS = {"channels": ["journal"]}


def _page(number: int) -> Reply:
    page = paper.page(number, published="2026-11-24T08:00:00Z")
    aside = f"<aside id=other>{paper.text(number + 500)}</aside>"
    return Reply(body=page.replace("</article>", f"</article>{aside}").encode())


def _canary(desk: Desk) -> dict[str, Any]:
    (row,) = desk.rows(sa.select(canaries))
    return dict(row)


def _conditions(desk: Desk, *, open_now: bool) -> list[dict[str, Any]]:
    is_open = conditions.c.cleared_at.is_(None)
    return [dict(row) for row in desk.rows(sa.select(conditions).where(is_open == open_now))]


def _notices(desk: Desk) -> list[str]:
    return [line["title"] for line in desk.alerts() if line["kind"].startswith("ops-condition-")]


async def _asked(desk: Desk, *words: str) -> tuple[int, dict[str, Any]]:
    ended = await desk.ask("sources", "canary", "--json", *words)
    (told,) = json.loads(ended.out)["canaries"]
    return ended.status, told


async def test_a_declaration_that_reads_another_text_is_told_until_it_is_accepted(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1, reply=_page(1)), wire.page(2, reply=_page(2)))
    desk.configure(source("paper", wire), ops=OPS)
    assert (await _asked_before(desk)).startswith("wirewatch: no store yet")
    assert (await desk.ask("run", "--once")).status == 0
    taken = _canary(desk)
    assert taken["expected"]["length"] >= 600
    assert (await _asked(desk))[1]["state"] == "same"

    desk.configure(source("paper", wire, body="#other"), ops=OPS)
    status, told = await _asked(desk)
    assert (status, told["state"]) == (1, "changed")
    assert told["changes"].startswith("text ")
    assert not _conditions(desk, open_now=True), "whoever asks by hand tells nobody"

    running = await desk.start("run")
    await until(lambda: len(_notices(desk)) == 1, "the operators are told", of=running)
    await running.terminate()
    (condition,) = _conditions(desk, open_now=True)
    assert condition["kind"] == "extraction changed"
    assert told["changes"] in condition["detail"]
    assert _canary(desk)["made_by"] == taken["made_by"], "nobody has accepted it"
    running = await desk.start("run")
    await until(lambda: bool(desk.last()), "another start", of=running)
    await running.terminate()
    assert len(_notices(desk)) == 1, "it is told once"

    assert (await _asked(desk, "--accept")) == (0, {**told, "state": "accepted"})
    assert not _conditions(desk, open_now=True)
    assert (await _asked(desk))[1]["state"] == "same"
    assert _canary(desk)["html"] == taken["html"]
    assert _canary(desk)["made_by"] != taken["made_by"]


async def _asked_before(desk: Desk) -> str:
    return (await desk.ask("sources", "canary")).err


async def test_what_is_read_as_before_after_a_change_is_nobodys_business(
    desk: Desk, wire: Wire
) -> None:
    wire.feed(wire.page(1, reply=_page(1)))
    desk.configure(source("paper", wire), ops=OPS)
    assert (await desk.ask("run", "--once")).status == 0
    before = _canary(desk)["made_by"]
    desk.configure(source("paper", wire, credits=["Paper"]), ops=OPS)
    running = await desk.start("run")
    await until(lambda: _canary(desk)["made_by"] != before, "it was compared", of=running)
    await running.terminate()
    assert not _conditions(desk, open_now=True)
    assert not _notices(desk)
    ended = await desk.ask("sources", "canary", "paper", "tass")
    assert ended.out.splitlines() == ["paper: same", "tass: none yet"]
