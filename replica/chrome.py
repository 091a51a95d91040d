"""Page furniture of news sites: menus, styles, scripts, teasers. None of it is the story."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from replica.dates import forms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from replica.outlets import ReplicaOutlet
    from replica.story import Story

_TOPICS = {
    "en": "Agriculture Transport Health Education Science Energy Culture Tourism Regions Youth "
    "Banking Industry Ecology Elections Weather Photo Video Infographics Interviews Calendar",
    "ru": "Экономика Транспорт Здоровье Образование Наука Энергетика Культура Туризм Регионы "
    "Молодёжь Банки Промышленность Экология Погода Фото Видео Инфографика Интервью Календарь",
}
_CONSENT = {
    "en": "We use cookies to count visits and to remember your choice of edition. "
    "By going on reading you agree; you may change this at any time in the settings.",
    "ru": "Мы используем файлы cookie, чтобы считать посещения и помнить выбранное издание. "
    "Продолжая чтение, вы соглашаетесь с этим; настройки можно изменить в любое время.",
}
_NOTICE = {
    "en": "Replica for demonstrations: persons and events on this page are invented.",
    "ru": "Реплика для демонстраций: лица и события на этой странице вымышлены.",
}
_STYLE_RULES = 110
_STATE_SLOTS = 60
_BREAKPOINTS = (480, 720, 960, 1280)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One story on the web: where, since when, and when its text was written.

    `written` differs from `at` for a reprint, which keeps the dateline of the original.
    """

    story: Story
    url: str
    at: datetime
    written: datetime
    modified: datetime

    @property
    def lead(self) -> str:
        return self.story.paragraphs[0] if self.story.paragraphs else self.story.title


def fragments(
    outlet: ReplicaOutlet, others: Sequence[Publication], *, today: datetime
) -> dict[str, str]:
    """The parts that layouts share, as HTML by slot name."""
    language = outlet.language
    return {
        "style_html": _style(outlet.name),
        "script_html": _script(outlet),
        "menu_html": _menu(outlet),
        "topics_html": _topics(outlet),
        "teasers_html": "\n".join(_teaser(other, outlet) for other in others),
        "latest_html": "\n".join(_latest(other, outlet) for other in others[:8]),
        "consent_html": escape(_CONSENT[language]),
        "notice_html": escape(_NOTICE[language]),
        "year": str(outlet.local(today).year),
    }


def padding(size: int) -> str:
    """About `size` bytes of the page state and hidden markup that heavy sites carry along."""
    half = size // 2
    row = (
        '<li class="mega-menu__item"><a href="/rubric/{n}" data-id="{n}"><span>{n}</span></a></li>'
    )
    items = half // len(row.format(n=100000))
    markup = "\n".join(row.format(n=100000 + number) for number in range(items))
    entry = {"slot": "leaderboard", "sizes": [[728, 90], [970, 250]], "lazy": True}
    entries = max(1, half // len(json.dumps(entry)))
    state = json.dumps([{**entry, "slot": f"unit-{number}"} for number in range(entries)])
    return (
        f'<nav class="mega-menu" hidden><ul>\n{markup}\n</ul></nav>\n'
        f"<script>window.__units = {state[: half - 40].rsplit('}, ', 1)[0]}}}];</script>"
    )


def _style(name: str) -> str:
    columns = "\n".join(
        f".{name}-grid__c{n}{{flex:0 0 {n * 100 / 24:.4f}%;max-width:{n * 100 / 24:.4f}%}}"
        for n in range(1, 25)
    )
    rules = "\n".join(
        f"@media (max-width:{_BREAKPOINTS[n % 4]}px){{.{name}-block--{n}"
        f"{{margin:{n % 7}px {n % 5}px;padding:{n % 3}px}}}}"
        for n in range(_STYLE_RULES)
    )
    return f"<style>\n{columns}\n{rules}\n</style>"


def _script(outlet: ReplicaOutlet) -> str:
    state = {
        "edition": outlet.language,
        "zone": outlet.timezone,
        "slots": [
            {"id": f"slot-{n}", "sizes": [[300, 250], [336, 280]], "priority": n % 5}
            for n in range(_STATE_SLOTS)
        ],
        "sections": outlet.sections,
    }
    return (
        "<script>\nwindow.__state = "
        + json.dumps(state, ensure_ascii=False, indent=1).replace("</", "<\\/")
        + ";\n(function (w, d) {\n"
        "  w.counter = w.counter || [];\n"
        "  function hit(name, value) { w.counter.push([name, value, Date.now()]); }\n"
        "  d.addEventListener('DOMContentLoaded', function () {\n"
        "    hit('view', d.location.pathname);\n"
        "    var banner = d.querySelector('[data-consent]');\n"
        "    if (banner && d.cookie.indexOf('consent=1') < 0) { banner.hidden = false; }\n"
        "  });\n})(window, document);\n</script>"
    )


def _menu(outlet: ReplicaOutlet) -> str:
    names = [name.replace("-", " ").replace("_", " ").capitalize() for name in outlet.sections]
    return "\n".join(
        f'<li class="menu__item"><a href="/rubric/{section}">{escape(name)}</a></li>'
        for section, name in zip(outlet.sections, names, strict=True)
    )


def _topics(outlet: ReplicaOutlet) -> str:
    return "\n".join(
        f'<li class="topics__item topics__item--{number}"><a class="topics__link" '
        f'href="/topic/{number}" data-position="{number}">'
        f'<span class="topics__name">{escape(topic)}</span></a></li>'
        for number, topic in enumerate(_TOPICS[outlet.language].split(), start=1)
    )


def _teaser(other: Publication, outlet: ReplicaOutlet) -> str:
    printed = forms(outlet.local(other.at), outlet.language)
    return (
        '<article class="teaser"><a class="teaser__link" '
        f'href="{escape(other.url)}"><img class="teaser__picture" src="/static/blank.svg" '
        f'width="320" height="180" alt="" loading="lazy"><h3 class="teaser__title">'
        f"{escape(other.story.title)}</h3></a>"
        f'<span class="teaser__date">{printed["clock_day_year"]}</span></article>'
    )


def _latest(other: Publication, outlet: ReplicaOutlet) -> str:
    printed = forms(outlet.local(other.at), outlet.language)
    return (
        f'<li class="latest__item"><span class="latest__date">{printed["dotted"]}</span> '
        f'<a href="{escape(other.url)}">{escape(other.story.title)}</a></li>'
    )
