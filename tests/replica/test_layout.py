"""Pages carry the tags, the metadata and the traps of the wires they imitate."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from parsel import Selector

from replica.layout import fill, render_article
from replica.outlets import OUTLETS
from replica.story import Quirk

if TYPE_CHECKING:
    from replica.chrome import Publication
    from replica.outlets import ReplicaOutlet
    from replica.service import WireService


def page(service: WireService, outlet: str) -> Selector:
    shown = pick(service, outlet)
    return Selector(raw(service, shown).decode(service.sites[outlet].outlet.charset))


def pick(service: WireService, outlet: str) -> Publication:
    return next(p for p in service.sites[outlet].publications if p.story.paragraphs)


def raw(service: WireService, shown: Publication, *, page_bytes: int = 0) -> bytes:
    site = service.sites[shown.story.outlet]
    others = site.publications[:12]
    today = site.publications[0].at
    return render_article(shown, site.outlet, today=today, others=others, page_bytes=page_bytes)


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.name)
async def test_a_page_holds_its_text_and_weighs_what_real_ones_do(
    service: WireService, outlet: ReplicaOutlet
) -> None:
    name = outlet.name
    shown = pick(service, name)
    body = raw(service, shown)
    text = body.decode(service.sites[name].outlet.charset)
    paragraphs = Selector(text).css("p::text").getall()
    assert 20_000 <= len(body) <= 60_000
    assert "{{" not in text
    assert set(shown.story.text(shown.written)) <= set(paragraphs)
    assert Selector(text).css("h1 ::text").getall()[0] == shown.story.title


async def test_belta_states_local_time_with_a_false_offset_and_prints_today_in_its_header(
    service: WireService,
) -> None:
    selector = page(service, "belta")
    local = service.sites["belta"].outlet.local(pick(service, "belta").at)
    stated = selector.css('meta[name="mediator_published_time"]::attr(content)').get(default="")
    assert stated == f"{local:%Y-%m-%dT%H:%M}:00+00:00"
    assert selector.css("div.date_full::text").get(default="").endswith(f"{local:, %H:%M}")
    assert selector.css("div.date_today::text").get() == "Wednesday, 4 March 2026"


async def test_tass_states_its_time_in_json_ld(service: WireService) -> None:
    selector = page(service, "tass")
    data = json.loads(selector.css('script[type="application/ld+json"]::text').get(default=""))
    assert data["@type"] == "NewsArticle"
    assert datetime.fromisoformat(data["datePublished"]) == pick(service, "tass").at
    assert data["datePublished"].endswith("+03:00")


async def test_the_other_outlets_state_their_times_in_their_own_ways(
    service: WireService,
) -> None:
    at = {outlet.name: outlet.local(pick(service, outlet.name).at) for outlet in OUTLETS}
    kazinform = page(service, "kazinform")
    un_news = page(service, "un_news")
    tass_ru = page(service, "tass_ru")
    osce = page(service, "osce")
    csto = page(service, "csto")
    assert kazinform.css('[name="article:published_time"]::attr(content)').get() == (
        at["kazinform"].isoformat()
    )
    assert un_news.css('[property="article:published_time"]::attr(content)').get() == (
        at["un_news"].isoformat()
    )
    assert tass_ru.css('[itemprop="datePublished"]::attr(datetime)').get() == (
        at["tass_ru"].isoformat()
    )
    assert osce.css("time::attr(datetime)").get() == f"{at['osce']:%Y-%m-%d}"
    assert csto.css("span.news-detail__date::text").get() == f"{at['csto']:%d.%m.%Y}"


async def test_other_dates_stand_before_the_right_one_on_a_csto_page(service: WireService) -> None:
    selector = page(service, "csto")
    html = selector.get()
    assert html.index("latest__date") < html.index("news-detail__date")


async def test_the_portal_prints_a_russian_date_and_nothing_for_machines(
    service: WireService,
) -> None:
    service.publish(next(story for story in service.live if story.live == 3))
    shown = service.publish(next(story for story in service.live if story.live == 10))
    selector = Selector(raw(service, shown).decode())
    assert selector.css("span.post-date::text").get() == "04 марта 2026, 17:00"
    assert not selector.css("time, [itemprop], script[type]")


async def test_a_reprint_keeps_the_dateline_of_the_original(service: WireService) -> None:
    reprints = {p.story.id: p for p in service.sites["portal"].publications}
    shown = reprints["bishkek-moskva-rabochaya-gruppa-protiv-terrora"]
    text = shown.story.text(shown.written)
    assert shown.written < shown.at
    assert text[0].startswith("БИШКЕК, 3 марта. /ТАСС/. ")
    assert text[-1] == "Источник: ТАСС"


async def test_a_wrong_date_lies_ahead_in_the_metadata_while_the_printed_one_is_right(
    service: WireService,
) -> None:
    story = next(story for story in service.live if story.quirk is Quirk.FUTURE_DATE)
    shown = service.publish(story)
    selector = Selector(raw(service, shown).decode())
    stated = selector.css('[name="article:published_time"]::attr(content)').get(default="")
    assert datetime.fromisoformat(stated) == shown.at + timedelta(days=3)
    assert selector.css("div.article__date::text").get() == "17:00, 04 March 2026"


async def test_a_page_can_be_padded_to_the_weight_of_the_heaviest(service: WireService) -> None:
    shown = pick(service, "un_news")
    assert 240_000 <= len(raw(service, shown, page_bytes=254_000)) <= 260_000


def test_what_is_filled_in_is_escaped_unless_it_is_markup() -> None:
    filled = fill("{{title}}|{{body_html}}", {"title": "A < B", "body_html": "<p>A</p>"})
    assert filled == "A &lt; B|<p>A</p>"
