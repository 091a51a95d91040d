"""Every setting there is: its name, its default, what it means, and a clear error when it is wrong.

One TOML file, overridden by `WIREWATCH_*` variables (`__` between the parts of a name:
`WIREWATCH_STORE__URL`). Secrets come from the environment, or from a file that a `*_FILE`
variable names, and never from the TOML file. docs/configuration.md is checked against this table.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import UTC, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import available_timezones

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from crawler.errors import Unusable
from crawler.misconfigured import explain
from crawler.placing import place
from crawler.variables import CONFIG_VARIABLE, PREFIX, Variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_settings import PydanticBaseSettingsSource

DEFAULT_PATH = "wirewatch.toml"
SECRETS = {"slack.token": "WIREWATCH_SLACK__TOKEN"}
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> object:
    span = _span(value)
    if span is None or span <= timedelta(0):
        raise ValueError("expected a duration such as '30s', '5m', '48h' or '7d'")
    return span


def _pause(value: object) -> object:
    pause = _span(value)
    if pause is None or pause < timedelta(0):
        raise ValueError("expected 0 or a duration such as '2s'")
    return pause


def _span(value: object) -> timedelta | None:
    if isinstance(value, timedelta):
        return value
    try:
        if isinstance(value, str) and (
            found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value.strip())
        ):
            return timedelta(**{_UNITS[found[2]]: float(found[1])})
        if isinstance(value, int | float) and not isinstance(value, bool):
            return timedelta(seconds=value)
    except (OverflowError, ValueError):  # inf, nan, or more than there is
        pass
    return None


def _zone(value: str) -> str:
    zones = available_timezones()
    if value not in zones:
        near = get_close_matches(value, zones, n=1)
        raise ValueError(
            "expected the name of a time zone, such as 'Europe/Minsk'"
            + (f"; did you mean {near[0]}?" if near else "")
        )
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
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - as above

    try:
        if value:
            CronTrigger.from_crontab(value, timezone=UTC)
    except ValueError as error:
        raise ValueError(f"expected a cron expression such as '*/10 * * * *': {error}") from None
    return value


Pause = Annotated[timedelta, BeforeValidator(_pause)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
TimeZone = Annotated[str, AfterValidator(_zone)]
Pattern = Annotated[str, AfterValidator(_pattern)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
OptionalAddress = Annotated[str, AfterValidator(lambda value: value and _web_address(value))]
Selector = Annotated[str, AfterValidator(_selector)]
NextPage = Annotated[str, AfterValidator(_next_page)]
Cron = Annotated[str, AfterValidator(_cron)]
Expression = Annotated[str, AfterValidator(_expression)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreConfig(_Table):
    url: str = Field(
        "sqlite:///wirewatch.db",
        description="sqlite:///FILE or postgresql://USER@HOST/NAME; the file lies beside "
        "wirewatch.toml unless its path is absolute. "
        "A URL with a password belongs in the environment: WIREWATCH_STORE__URL.",
        repr=False,
    )


class CrawlConfig(_Table):
    contact: str = Field(
        "",
        description="E-mail or web address put into the User-Agent, so that a site can reach you.",
    )
    interval: Duration = Field(
        timedelta(minutes=5),
        description="How often a source is polled until it is known how often it publishes.",
    )
    fastest: Duration = Field(
        timedelta(minutes=2), description="No source is polled more often, unless it says so."
    )
    slowest: Duration = Field(
        timedelta(hours=1), description="No source is polled less often, unless it says so."
    )
    delay: Pause = Field(
        timedelta(seconds=1),
        description="Pause between two requests to one host; a longer Crawl-delay wins.",
    )
    requests_per_host: int = Field(2, ge=1, le=16, description="Requests under way at one host.")
    timeout: Duration = Field(timedelta(seconds=30), description="Longest wait for one response.")
    poll_timeout: Duration = Field(
        timedelta(minutes=10),
        description="A poll that takes longer is ended and counted as failed.",
    )
    frozen_after: Duration = Field(
        timedelta(days=30),
        description="A document that announces nothing newer is reported as frozen; "
        "an institution's, after four times as long.",
    )
    max_page_bytes: int = Field(
        10_000_000, ge=10_000, description="A larger response is refused and counted as rejected."
    )
    max_tries: int = Field(
        5,
        ge=1,
        description="A page that failed this often is given up: rejected with the last reason.",
    )

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> CrawlConfig:
        if {"fastest", "slowest"} <= self.model_fields_set and self.fastest > self.slowest:
            raise ValueError("fastest is slower than slowest")
        return self


class WebSubConfig(_Table):
    callback: OptionalAddress = Field(
        "",
        description="The public address that hubs reach `listen` at; without it, nobody is asked.",
    )
    listen: Annotated[str, Field(pattern=r"^\S+:\d{1,5}$")] = Field(
        "127.0.0.1:8788", description="Where `wirewatch run` listens for hubs: host:port."
    )


class ExtractionConfig(_Table):
    workers: int = Field(2, ge=1, le=64, description="Processes that turn pages into articles.")
    timeout: Duration = Field(
        timedelta(seconds=5),
        description="A page that takes longer is rejected as extraction-timeout.",
    )


class RulesConfig(_Table):
    folders: list[Path] = Field(
        [], description="Folders with rules of your own, beside those that ship."
    )


class StoriesConfig(_Table):
    window: Duration = Field(
        timedelta(days=7), description="How long a story goes on gathering its reprints."
    )


class AlertsConfig(_Table):
    max_age: Duration = Field(
        timedelta(hours=48), description="An older story is stored and flagged, and alerts nobody."
    )
    timezone: TimeZone = Field("UTC", description="Zone of the times shown, beside UTC.")
    lease: Duration = Field(
        timedelta(seconds=60),
        ge=timedelta(seconds=2),
        description="How long a delivery may take before another tries it; at least two seconds.",
    )
    alert_baseline: bool = Field(
        default=False, description="Alert on what a source's very first poll finds, too."
    )


class BackfillConfig(_Table):
    wayback_index: WebAddress = Field(
        "https://web.archive.org/cdx/search/cdx",
        description="The Wayback Machine's index of captures (CDX); or a mirror's, as pywb's.",
    )
    wayback_replay: WebAddress = Field(
        "https://web.archive.org/web", description="Where its captures are replayed."
    )
    commoncrawl_index: WebAddress = Field(
        "https://index.commoncrawl.org/collinfo.json",
        description="The Common Crawl's list of its crawls, and so of their indexes.",
    )
    commoncrawl_data: WebAddress = Field(
        "https://data.commoncrawl.org", description="Where its WARC files are."
    )
    gdelt: WebAddress = Field(
        "https://api.gdeltproject.org/api/v2/doc/doc", description="GDELT's DOC 2.0 interface."
    )
    pause: Pause = Field(
        timedelta(seconds=5), description="Between two questions to an archive, of whatever kind."
    )
    patience: Pause = Field(
        timedelta(seconds=60),
        description="First wait where an archive is busy (429, 5xx, refused); it doubles.",
    )
    tries: int = Field(
        5, ge=1, description="Questions to a busy archive before a shard is given up for now."
    )
    lag: Pause = Field(
        timedelta(days=30),
        description="How long after its publication a page may have been captured first.",
    )
    min_capture_bytes: int = Field(
        1_000, ge=0, description="Smaller captures are walls against robots, and left aside."
    )
    repair_after: Pause = Field(
        timedelta(hours=2),
        description="A source that was not read for so long is backfilled; 0: never.",
    )
    repair_days: int = Field(7, ge=1, description="How far back such a repair goes at most.")
    repair_pages: int = Field(500, ge=1, description="How many pages it fetches at most.")


class SlackConfig(_Table):
    base_url: WebAddress = Field(
        "https://slack.com/api/", description="The Web API; another address for tests."
    )
    token: SecretStr | None = Field(
        None,
        description="Bot token. From WIREWATCH_SLACK__TOKEN or WIREWATCH_SLACK__TOKEN_FILE only.",
    )


class ChannelConfig(_Table):
    """Somewhere alerts go. `kind` picks the file in alerts/channels/ that sends there."""

    name: Name = Field(description="What routes, `status` and the outbox call it.")
    kind: Literal["slack", "terminal", "jsonl"] = Field(description="What delivers it.")
    target: str = Field(
        "", description="slack: the channel's id or #name; jsonl: the file; terminal: nothing."
    )

    @model_validator(mode="after")
    def _needs_a_target(self) -> ChannelConfig:
        if self.kind in {"slack", "jsonl"} and not self.target:
            wanted = {"slack": "a channel id or #name", "jsonl": "a file path"}[self.kind]
            raise ValueError(f"a {self.kind} channel needs target = {wanted}")
        return self


class JsonListConfig(_Table):
    """An address that answers with a list of articles in JSON; see `crawler.declaration`."""

    url: WebAddress = Field(description="What to ask.")
    items: Expression = Field("@", description="JMESPath expression that gives the list.")
    link: Expression = Field("url", description="JMESPath, in one item: its address or a part.")
    title: Expression = Field("title", description="JMESPath, in one item: its headline.")
    summary: Expression = Field("", description="JMESPath, in one item: its lead.")
    published: Expression = Field("", description="JMESPath, in one item: when it was published.")
    address: str = Field("{link}", description="The article's URL, made of what `link` gives.")


class ArchiveConfig(_Table):
    """Where a source keeps what it published; see `crawler.declaration`."""

    days: list[WebAddress] = Field([], description="Listings of one day: `{date:%Y/%m/%d}`.")
    sitemaps: list[WebAddress] = Field(
        [], description="One a day or month with `{date:%Y-%m}`, or the whole archive."
    )
    listings: list[WebAddress] = Field([], description="Listings by `{page}`, newest first.")
    feeds: list[WebAddress] = Field([], description="Feeds by `{page}`, newest first.")
    wordpress: list[WebAddress] = Field([], description="Sites whose WordPress API is open.")
    captures: list[str] = Field(
        [], description="Prefixes that web archives know it by: `wire.example/news/*`."
    )
    first_page: int = Field(1, ge=0, le=1, description="Where `{page}` begins.")


class SourceConfig(_Table):
    """A wire that needs no code. The same words as in a spider's declaration."""

    name: Name = Field(description="What commands and tables call it.")
    title: str = Field("", description="The outlet as an alert names it.")
    country: str = Field("", description="ISO 3166 code, or INT.")
    kind: Literal["wire", "institution", "site"] = Field("site", description="What it is.")
    packs: list[str] = Field([], description="Groups it belongs to, beside being enabled itself.")
    feeds: list[WebAddress] = Field([], description="RSS, Atom or JSON feeds.")
    sitemaps: list[WebAddress] = Field(
        [], description="Sitemaps; Google-News ones carry titles and dates."
    )
    listings: list[WebAddress] = Field([], description="HTML pages that list the newest articles.")
    json_lists: list[JsonListConfig] = Field([], description="Lists of articles in JSON.")
    home: OptionalAddress = Field(
        "", description="A page whose `<link rel=alternate>` names the feeds."
    )
    next_page: NextPage = Field(
        "",
        description="CSS selector of a listing's link to its next page, or that page's address: "
        "`?page={page}`.",
    )
    max_pages: int = Field(
        3, ge=1, description="How many pages of one listing a poll reads at most."
    )
    article_urls: Pattern = Field(
        "", description="Regular expression that an article's URL matches."
    )
    languages: list[str] = Field([], description="ISO 639-1 codes of what it publishes.")
    timezone: TimeZone = Field("UTC", description="Zone of the times it prints.")
    credits: list[str] = Field([], description="Names it signs its own text with.")
    body: Selector = Field("", description="CSS selector of the text, where the generic way fails.")
    date: Selector = Field("", description="CSS selector of the printed date.")
    wrong_offset: bool = Field(
        default=False,
        description="Stated offsets are false: the clock is local time in `timezone`.",
    )
    lead_only: bool = Field(
        default=False,
        description="Articles are behind a wall: a story is the entry's title and summary.",
    )
    archive: ArchiveConfig = Field(ArchiveConfig(), description="Where a backfill looks.")
    frozen_after: Duration | None = Field(None, description="Instead of crawl.frozen_after.")
    interval: Duration | None = Field(
        None, description="How often it is polled, instead of what is learned."
    )
    cron: Cron = Field("", description="Five-field cron expression in UTC, instead of an interval.")

    @model_validator(mode="after")
    def _finds_something(self) -> SourceConfig:
        if not (self.feeds or self.sitemaps or self.listings or self.json_lists or self.home):
            raise ValueError("give at least one of feeds, sitemaps, listings, json_lists, home")
        if self.listings and not self.article_urls:
            raise ValueError("listings need article_urls, to tell an article from other links")
        if self.interval and self.cron:
            raise ValueError("give interval or cron, not both")
        return self


class Config(BaseSettings):
    """The whole configuration, checked."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    enabled: list[str] = Field(
        ["kazinform", "belta", "tass", "un_news"],
        description="Which of the sources that ship are polled: by name, by pack (`@un`); `-name` "
        "takes one out. Every [[source]] below is, too.",
    )
    store: StoreConfig = StoreConfig()
    crawl: CrawlConfig = CrawlConfig()
    websub: WebSubConfig = WebSubConfig()
    extraction: ExtractionConfig = ExtractionConfig()
    rules: RulesConfig = RulesConfig()
    stories: StoriesConfig = StoriesConfig()
    alerts: AlertsConfig = AlertsConfig()
    backfill: BackfillConfig = BackfillConfig()
    slack: SlackConfig = SlackConfig()
    channel: list[ChannelConfig] = Field(
        [], description="Where alerts go. Without any, the terminal is the channel."
    )
    source: list[SourceConfig] = Field([], description="Wires that need no code.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Config:
        for key in ("channel", "source"):
            names = [item.name for item in getattr(self, key)]
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"two [[{key}]] tables are named {name!r}")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        if isinstance(env_settings, EnvSettingsSource):  # the files were read into init_settings
            env_settings.env_vars = {
                name: value
                for name, value in env_settings.env_vars.items()
                if not name.endswith("_file")
            }
        return env_settings, init_settings  # the environment wins over the file

    @property
    def channels(self) -> tuple[ChannelConfig, ...]:
        """Every place an alert goes to; the terminal where nothing else is declared."""
        return tuple(self.channel) or (ChannelConfig(name="terminal", kind="terminal"),)


def load(path: Path | None = None) -> Config:
    """Read and check the configuration; raises `Unusable` with one message that names the place.

    Without a path it is `$WIREWATCH_CONFIG`, else `wirewatch.toml` where there is one, else the
    defaults.
    """
    file = path or (Path(named) if (named := os.environ.get(CONFIG_VARIABLE)) else None)
    if file is None and Path(DEFAULT_PATH).is_file():
        file = Path(DEFAULT_PATH)
    values: dict[str, Any] = {}
    if file:
        values = _read(file)
        place(values, file.absolute().parent, store=StoreConfig().url)
    for dotted, variable in SECRETS.items():
        if _dig(values, dotted) is not None:
            raise Unusable(
                f"{file}: {dotted} is a secret and does not belong in a file that is shared. "
                f"Set {variable}, or {variable}_FILE to the path of a file that holds it."
            )
    variables = Variables(Config)
    variables.refuse_unknown()
    for dotted, secret in variables.from_files().items():
        _plant(values, dotted, secret)
    try:
        return Config(**values)
    except ValidationError as error:
        told = explain(
            error.errors(include_url=False),
            Config,
            file=str(file or ""),
            variables=variables.blamed(),
            secrets=SECRETS,
        )
        raise Unusable(told) from None
    except SettingsError:
        raise Unusable(variables.unreadable()) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as handle:
            return tomllib.load(handle)
    except FileNotFoundError:
        raise Unusable(f"{file}: there is no such file. Name yours with --config FILE.") from None
    except OSError as error:
        raise Unusable(f"{file}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{file}: not valid TOML: {error}") from None


def _dig(values: Mapping[str, Any], dotted: str) -> Any:
    here: Any = values
    for part in dotted.split("."):
        if not isinstance(here, dict) or part not in here:
            return None
        here = here[part]
    return here


def _plant(values: dict[str, Any], dotted: str, value: str) -> None:
    *parents, last = dotted.split(".")
    here: Any = values
    for part in parents:
        here = here.setdefault(part, {})
        if not isinstance(here, dict):
            return  # the file has no table there, which is refused below
    here[last] = value
