"""Replica outlets: zone, addresses, datelines and feeds of each.

They imitate the shape of real wires (paths, metadata, credits). What they publish is invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32
from zoneinfo import ZoneInfo

from replica.dates import DayStyle, day

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaOutlet:
    """One replica site. Paths are templates over section, slug, number, code, year and month."""

    name: str
    title: str
    country: str
    languages: tuple[str, ...]  # the first is that of its pages' surroundings
    timezone: str
    credits: tuple[str, ...]
    path: str
    pattern: str  # regular expression of `path`, for a source's `article_urls`
    dateline: str  # over {place}, {day} and {year}; "" for an outlet without datelines
    day_style: DayStyle
    found_by: tuple[str, ...]  # the paths a source is told of
    date_selector: str = ""
    wrong_offset: bool = False
    charset: str = "utf-8"
    sections: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        return self.languages[0]

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.timezone))

    def path_of(self, story_id: str, section: str, published: datetime) -> str:
        code = crc32(story_id.encode())
        local = self.local(published)
        return self.path.format(
            section=section or self.sections[0],
            slug=story_id,
            number=1_000_000 + code % 900_000,
            code=f"{code:08x}"[:6],
            year=local.year,
            month=f"{local.month:02}",
        )

    def article_urls(self, base_url: str) -> str:
        return f"^{re.escape(base_url)}{self.pattern}$"

    def opening(self, place: str, written: datetime) -> str:
        """The dateline and credit that open a text of this outlet."""
        if not place or not self.dateline:
            return ""
        local = self.local(written)
        return self.dateline.format(place=place, day=day(local, self.day_style), year=local.year)


KAZINFORM = ReplicaOutlet(
    name="kazinform",
    title="Kazinform (replica)",
    country="KZ",
    languages=("en",),
    timezone="Asia/Almaty",
    credits=("Kazinform", "Qazinform"),
    path="/news/{slug}-{code}",
    pattern=r"/news/[a-z0-9-]+-[0-9a-f]{6}/?",
    dateline="{place}. KAZINFORM – ",
    day_style=DayStyle.BRITISH,
    found_by=("/news-sitemap.xml",),
    date_selector="div.article__date",
    sections=("politics", "society", "economy", "sport", "world"),
)
BELTA = ReplicaOutlet(
    name="belta",
    title="BelTA (replica)",
    country="BY",
    languages=("en",),
    timezone="Europe/Minsk",
    credits=("BelTA",),
    path="/{section}/view/{slug}-{number}-{year}",
    pattern=r"/[a-z_-]+/view/[a-z0-9-]+-\d+-\d{4}/?",
    dateline="{place}, {day} (BelTA) – ",
    day_style=DayStyle.BRITISH,
    found_by=("/listing",),
    date_selector="div.date_full",
    wrong_offset=True,
    sections=("politics", "president", "society", "economics", "sport"),
)
TASS = ReplicaOutlet(
    name="tass",
    title="TASS (replica)",
    country="RU",
    languages=("en",),
    timezone="Europe/Moscow",
    credits=("TASS",),
    path="/{section}/{number}",
    pattern=r"/[a-z-]+/\d{7}/?",
    dateline="{place}, {day}. /TASS/. ",
    day_style=DayStyle.AMERICAN,
    found_by=("/rss.xml",),
    sections=("politics", "world", "defense", "emergencies", "economy", "sports"),
)
TASS_RU = ReplicaOutlet(
    name="tass_ru",
    title="ТАСС (реплика)",
    country="RU",
    languages=("ru",),
    timezone="Europe/Moscow",
    credits=("ТАСС", "TASS"),
    path="/{section}/1{number}",
    pattern=r"/[a-z0-9-]+/\d{8}/?",
    dateline="{place}, {day}. /ТАСС/. ",
    day_style=DayStyle.RUSSIAN,
    found_by=("/atom.xml",),
    sections=("mezhdunarodnaya-panorama", "politika", "proisshestviya", "ekonomika", "sport"),
)
UN_NEWS = ReplicaOutlet(
    name="un_news",
    title="UN News (replica)",
    country="INT",
    languages=("en",),
    timezone="America/New_York",
    credits=("UN News",),
    path="/en/story/{year}/{month}/{number}",
    pattern=r"/en/story/\d{4}/\d{2}/\d+",
    dateline="",
    day_style=DayStyle.BRITISH,
    found_by=("/rss.xml",),
    sections=("peace-and-security", "humanitarian-aid", "law-and-crime-prevention", "climate"),
)
OSCE = ReplicaOutlet(
    name="osce",
    title="OSCE (replica)",
    country="INT",
    languages=("en",),
    timezone="Europe/Vienna",
    credits=("OSCE",),
    path="/{section}/{number}",
    pattern=r"/[a-z0-9-]+/\d{5,7}",
    dateline="{place}, {day} {year} – ",
    day_style=DayStyle.BRITISH,
    found_by=("/atom.xml",),
    date_selector="div.field--publishing-date",
    sections=("secretariat", "chairpersonship", "programme-office", "field-of-work"),
)
CSTO = ReplicaOutlet(
    name="csto",
    title="ОДКБ (реплика)",
    country="INT",
    languages=("ru",),
    timezone="Europe/Moscow",
    credits=("ОДКБ",),
    path="/news/news_odkb/{slug}/",
    pattern=r"/news/news_odkb/[a-z0-9_-]+/?",
    dateline="",
    day_style=DayStyle.RUSSIAN,
    found_by=("/listing",),
    date_selector="span.news-detail__date",
    charset="windows-1251",
    sections=("news_odkb",),
)
PORTAL = ReplicaOutlet(
    name="portal",
    title="Степной вестник (реплика)",
    country="KZ",
    languages=("ru", "en"),
    timezone="Asia/Almaty",
    credits=("Степной вестник",),
    path="/{year}/{month}/{slug}.html",
    pattern=r"/\d{4}/\d{2}/[a-z0-9-]+\.html",
    dateline="",
    day_style=DayStyle.RUSSIAN,
    found_by=("/rss.xml",),
    date_selector="span.post-date",
    sections=("novosti", "mir", "region", "sport"),
)

OUTLETS = (KAZINFORM, BELTA, TASS, TASS_RU, UN_NEWS, OSCE, CSTO, PORTAL)


def outlet(name: str) -> ReplicaOutlet:
    """The outlet of that name; KeyError where there is none."""
    return {known.name: known for known in OUTLETS}[name]
