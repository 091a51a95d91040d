"""`wirewatch sources`: which there are, how each does, and all that is known of one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.program import SCRAPY
from tests.e2e.wire import Reply, Wire, source

if TYPE_CHECKING:
    from tests.e2e.desk import Desk

PROJECT = Path(__file__).parents[2]


async def _listed(desk: Desk, *words: str) -> dict[str, dict[str, Any]]:
    ended = await desk.ask("sources", *words, "--json")
    assert (ended.status, ended.err) == (0, "")
    return {line["name"]: line for line in json.loads(ended.out)["sources"]}


async def test_sources_are_listed_and_filtered_without_a_store(desk: Desk, wire: Wire) -> None:
    desk.configure(source("paper", wire, packs=["un", "mine"], country="KZ", interval="90s"))
    everything = await _listed(desk)
    assert {"paper", "kazinform", "un_news"} <= everything.keys()
    assert everything["paper"]["enabled"]
    assert everything["paper"]["every"] == "90s"
    assert everything["paper"]["discovery"] == ["feed"]
    assert everything["paper"]["health"] == {"state": "never polled", "said": "never polled"}
    assert not everything["tass"]["enabled"]
    assert (await _listed(desk, "--enabled")).keys() == {"paper"}
    assert (await _listed(desk, "--pack", "mine")).keys() == {"paper"}
    assert (await _listed(desk, "--pack", "@un")).keys() == {"paper", "un_news", "un_press"}
    assert {"paper", "kazinform"} <= (await _listed(desk, "--country", "kz")).keys()
    assert "tass" not in await _listed(desk, "--country", "kz")
    assert not list(desk.folder.glob("*.db*"))


async def test_the_whole_list_fits_eighty_columns(desk: Desk, wire: Wire) -> None:
    desk.environment["COLUMNS"] = "80"
    desk.configure(source("paper", wire))
    shown = (await desk.ask("sources")).out
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "…" not in shown
    assert "global_coalition" in shown


async def test_health_comes_from_the_store(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1))
    gone = wire.put("/gone.xml", Reply(status=403))
    desk.configure(source("paper", wire), source("shut", wire, feeds=[gone]))
    await desk.ask("crawl", "paper", "shut")
    await desk.ask("crawl", "shut")
    listed = await _listed(desk, "--enabled")
    assert listed["paper"]["health"]["said"] == "ok just now"
    assert listed["paper"]["articles"] == 1
    assert listed["shut"]["health"] == {"state": "failing", "said": "failing: http-403 ×2"}


async def test_one_source_is_shown_with_all_that_is_known_of_it(desk: Desk, wire: Wire) -> None:
    wire.feed(wire.page(1), wire.page(2, reply=Reply(status=404)), etag='"a"')
    desk.configure(source("paper", wire, title="The Paper", packs=["mine"]))
    before = json.loads((await desk.ask("sources", "show", "paper", "--json")).out)
    assert before["documents"] == [{"url": f"{wire.base}/feed.xml"}]
    assert (before["runs"], before["pages"]) == ([], {})
    await desk.ask("crawl", "paper")
    told = json.loads((await desk.ask("sources", "show", "paper", "--json")).out)
    assert told["declaration"]["packs"] == ["mine"]
    assert told["documents"][0]["etag"] == '"a"'
    assert told["pages"] == {"rejected": 1, "stored": 1}
    assert told["runs"][0]["outcome"] == "done"
    shown = (await desk.ask("sources", "show", "paper")).out
    for said in ("The Paper", "asked conditionally by etag", "1 http-404", "1 stored, 0 flagged"):
        assert said in shown


async def test_an_unproven_source_says_so_where_it_is_shown(desk: Desk) -> None:
    desk.configure()
    shown = (await desk.ask("sources", "show", "egmont")).out
    assert "unproven" in shown
    assert "evidence" in shown


async def test_a_source_that_is_not_there_cannot_be_shown(desk: Desk) -> None:
    desk.configure()
    ended = await desk.ask("sources", "show", "kazinfrom")
    assert ended.status == 2
    assert "did you mean 'kazinform'?" in ended.err


async def test_packs_are_listed_with_their_sources(desk: Desk, wire: Wire) -> None:
    desk.configure(source("paper", wire, packs=["mine"]))
    shown = (await desk.ask("sources", "packs")).out
    assert "@mine\n  paper\n" in shown
    assert "@un  the United Nations' news services\n  un_news, un_press\n" in shown


# -- scrapy check --------------------------------------------------------------------------------


async def test_scrapy_check_holds_every_spider_to_its_declaration_and_asks_nobody(
    desk: Desk, wire: Wire
) -> None:
    desk.configure(source("paper", wire))
    # Whatever was asked, wherever it is, would be asked through the wire, and stand in its log.
    desk.environment.update(http_proxy=wire.base, https_proxy=wire.base)
    ended = await desk.ask("check", program=SCRAPY, at=PROJECT)
    assert (ended.status, wire.log) == (0, []), ended.err
    listed = await desk.ask("check", "-l", program=SCRAPY, at=PROJECT)
    spiders = (await desk.ask("list", program=SCRAPY, at=PROJECT)).out.split()
    assert listed.out.split() == [word for name in spiders for word in (name, "*", "check")]
    assert f"Ran {len(spiders)} contracts" in ended.err
    assert not list(desk.folder.glob("*.db*"))


async def test_scrapy_check_names_what_does_not_hold_together(desk: Desk, wire: Wire) -> None:
    desk.configure(source("paper", wire, article_urls="feed"))
    ended = await desk.ask("check", "paper", program=SCRAPY, at=PROJECT)
    assert ended.status == 1
    assert f"article_urls takes {wire.base}/feed.xml for an article" in ended.err
