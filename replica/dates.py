"""Printed dates of the outlets, in English and in Russian, whatever the locale."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
}


class DayStyle(StrEnum):
    """How an outlet writes a day inside its text."""

    BRITISH = "british"  # 3 September
    AMERICAN = "american"  # September 3
    RUSSIAN = "russian"  # 3 сентября


def month(moment: datetime, language: str) -> str:
    """Name of the month."""
    return _MONTHS[language].split()[moment.month - 1]


def weekday(moment: datetime, language: str) -> str:
    """Name of the weekday."""
    return _WEEKDAYS[language].split()[moment.weekday()]


def day(moment: datetime, style: DayStyle) -> str:
    """The day and the month, without a year: what stands in a dateline."""
    if style is DayStyle.AMERICAN:
        return f"{month(moment, 'en')} {moment.day}"
    return f"{moment.day} {month(moment, 'ru' if style is DayStyle.RUSSIAN else 'en')}"


def forms(moment: datetime, language: str) -> dict[str, str]:
    """Every printed form that a layout may ask for, of a moment in the outlet's own zone."""
    name = month(moment, language)
    clock = f"{moment:%H:%M}"
    return {
        "day_year": f"{moment.day} {name} {moment.year}",
        "day_year_clock": f"{moment.day:02} {name} {moment.year}, {clock}",
        "clock_day_year": f"{clock}, {moment.day:02} {name} {moment.year}",
        "dotted": f"{moment:%d.%m.%Y}",
        "clock": clock,
        "weekday_day_year": (
            f"{weekday(moment, language).capitalize()}, {moment.day} {name} {moment.year}"
        ),
    }
