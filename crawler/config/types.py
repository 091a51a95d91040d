"""The kinds of values that settings take: each is checked, and says what was expected."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from crawler.config.channel_kinds import known
from crawler.config.times import Budget, Quiet, parse_duration, positive_duration
from crawler.model.formatting import suggest


class Table(BaseModel):
    """A table of wirewatch.toml: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _duration(value: object) -> object:
    span = positive_duration(value)
    if span is None:
        raise ValueError("expected a duration such as '30s', '5m', '48h' or '7d'")
    return span


def _pause(value: object) -> object:
    pause = timedelta(0) if value == "0" else parse_duration(value)
    if pause is None or pause < timedelta(0):
        raise ValueError("expected 0 or a duration such as '2s'")
    return pause


def _age(value: object) -> object:
    if value in ("", None):
        return None
    age = positive_duration(value)
    if age is None:
        raise ValueError("expected a duration such as '90d', or '' for ever")
    return age


def _moment(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("expected a time of day in UTC, such as '03:30'")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = suggest(value, available_timezones())
        raise ValueError(
            "expected the name of a time zone, such as 'Europe/Minsk'"
            + (f"; did you mean {near}?" if near else "")
        ) from None
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"expected a regular expression: {error}") from None
    return value


def _expression(value: str) -> str:
    try:
        jmespath.compile(value or "@")
    except JMESPathError as error:
        raise ValueError(f"not a JMESPath expression: {' '.join(str(error).split())}") from None
    return value


def _web_address(value: str) -> str:
    if not re.match(r"https?://[^/\s]+", value):
        raise ValueError("expected a web address, with http:// or https://")
    return value


def _selector(value: str) -> str:
    from cssselect import SelectorError  # noqa: PLC0415 - only who writes one waits for it
    from lxml.cssselect import CSSSelector  # noqa: PLC0415 - as above

    try:
        if value:
            CSSSelector(value, translator="html")
    except SelectorError as error:
        raise ValueError(f"expected a CSS selector of an element: {error}") from None
    return value


def _next_page(value: str) -> str:
    return value if "{page}" in value else _selector(value)


def _cron(value: str) -> str:
    from crawler.config.cron import crontab  # noqa: PLC0415 - as above

    try:
        if value:
            crontab(value)
    except ValueError as error:
        raise ValueError(f"expected a cron expression such as '*/10 * * * *': {error}") from None
    return value


def _daily(value: str) -> str:
    try:
        return value if clock_time(value) else _cron(value)
    except ValueError:
        if len(value.split()) == 5:
            raise
        raise ValueError("expected a time such as '07:00', or a cron expression") from None


def _address(value: str) -> str:
    if not re.fullmatch(r"\S+:\d{1,5}", value):
        raise ValueError("expected host:port, such as '127.0.0.1:9464'")
    return value


def clock_time(value: str) -> str:
    """A time of day, such as "07:30", as a cron expression; "" where it is none."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip())
    return f"{int(found[2])} {int(found[1])} * * *" if found else ""


def _secret_address(value: SecretStr) -> SecretStr:
    _web_address(value.get_secret_value())
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _quiet(value: str) -> str:
    Quiet.parse(value)
    return value


def _budget(value: str) -> str:
    if value:
        Budget.parse(value)
    return value


Pause = Annotated[timedelta, BeforeValidator(_pause)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Age = Annotated[timedelta | None, BeforeValidator(_age)]  # None: for ever
Moment = Annotated[str, AfterValidator(_moment)]  # a time of day
TimeZone = Annotated[str, AfterValidator(_zone)]
Pattern = Annotated[str, AfterValidator(_pattern)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
OptionalAddress = Annotated[str, AfterValidator(lambda value: value and _web_address(value))]
Selector = Annotated[str, AfterValidator(_selector)]
NextPage = Annotated[str, AfterValidator(_next_page)]
ListenAddress = Annotated[str, AfterValidator(_address)]
OptionalListenAddress = Annotated[str, AfterValidator(lambda value: value and _address(value))]
Cron = Annotated[str, AfterValidator(_cron)]
OptionalZone = Annotated[str, AfterValidator(lambda value: value and _zone(value))]
QuietHours = Annotated[list[Annotated[str, AfterValidator(_quiet)]], BeforeValidator(_listed)]
MessageBudget = Annotated[str, AfterValidator(_budget)]
DailyTime = Annotated[str, AfterValidator(_daily)]
SecretAddress = Annotated[SecretStr, AfterValidator(_secret_address)]
Expression = Annotated[str, AfterValidator(_expression)]
ChannelKind = Annotated[str, AfterValidator(known)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
