"""Every setting there is: its name, its default, what it means, and a clear error when it is wrong.

One TOML file, overridden by `WIREWATCH_*` variables (`__` between the parts of a name:
`WIREWATCH_STORE__URL`). Secrets come from the environment, or from a file that a `*_FILE`
variable names, and never from the TOML file. docs/configuration.md is checked against this table.
"""

from __future__ import annotations

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import (
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from crawler.config.channel_secrets import OURS, entrusted
from crawler.config.channel_secrets import variable as channel_variable
from crawler.config.environment import CONFIG_VARIABLE, PREFIX, Variables
from crawler.config.messages import explain
from crawler.config.models import (
    AlertsConfig,
    BackfillConfig,
    ChannelConfig,
    CrawlConfig,
    ExtractionConfig,
    KeepConfig,
    LogConfig,
    MetricsConfig,
    OpsConfig,
    RulesConfig,
    SlackConfig,
    StoreConfig,
    StoriesConfig,
    WebSubConfig,
)
from crawler.config.paths import place
from crawler.config.routes import RouteConfig
from crawler.config.source import Source
from crawler.config.text_encoding import UnreadableText, in_utf8
from crawler.model.exceptions import Unusable
from crawler.model.formatting import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_settings import PydanticBaseSettingsSource

DEFAULT_PATH = "wirewatch.toml"
SECRETS = {
    "slack.token": "WIREWATCH_SLACK__TOKEN",
    "slack.app_token": "WIREWATCH_SLACK__APP_TOKEN",
    "ops.ping": "WIREWATCH_OPS__PING",
}
_OF_A_CHANNEL = "channel.secret"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


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
    ops: OpsConfig = OpsConfig()
    backfill: BackfillConfig = BackfillConfig()
    slack: SlackConfig = SlackConfig()
    metrics: MetricsConfig = MetricsConfig()
    log: LogConfig = LogConfig()
    keep: KeepConfig = KeepConfig()
    channel: list[ChannelConfig] = Field(
        [], description="Where alerts go. Without any, the terminal is the channel."
    )
    route: list[RouteConfig] = Field(
        [], description="Who is told of what. Without any, every channel is told everything."
    )
    source: list[Source] = Field([], description="Wires that need no code.")
    _file: Path | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Config:
        for key in ("channel", "source"):
            names = [item.name for item in getattr(self, key)]
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"two [[{key}]] tables are named {name!r}")
        return self

    @model_validator(mode="after")
    def _channels_exist(self) -> Config:
        """Whoever names a channel names one that is declared."""
        declared = [channel.name for channel in self.channels]
        named = {f"route[{n}].channels": route.channels for n, route in enumerate(self.route)}
        named |= {"ops.channels": self.ops.channels, "ops.gaps": self.ops.gaps}
        for key, names in named.items():
            for name in names:
                if name not in declared:
                    near = suggest(name, declared) or " or ".join(declared)
                    raise ValueError(
                        f"{key}: no [[channel]] is named {name!r}; did you mean {near}?"
                    )
        return self

    @model_validator(mode="after")
    def _what_is_in_use_is_kept(self) -> Config:
        for key, least in least_ages(self).items():
            age = getattr(self.keep, key)
            if key in self.keep.model_fields_set and age is not None and age < least:
                days = least.total_seconds() / 86400
                raise ValueError(
                    f"keep.{key}: expected at least {days:g}d: what is younger is in use still"
                )
        return self

    @model_validator(mode="after")
    def _routes_are_reached(self) -> Config:
        for number, route in enumerate(self.route[:-1]):
            if route.takes_all and not route.goes_on:
                raise ValueError(
                    f"route[{number + 1}] is never reached, for route[{number}] takes every story; "
                    f"give route[{number}] a matcher such as topic, or continue = true"
                )
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
                if not name.endswith("_file") and not OURS.fullmatch(name)
            }
        return env_settings, init_settings  # the environment wins over the file

    @property
    def file(self) -> Path | None:
        """The file that it was read from; None where all of it is default or environment."""
        return self._file

    @property
    def channels(self) -> tuple[ChannelConfig, ...]:
        """Every place an alert goes to; the terminal where nothing else is declared."""
        return tuple(self.channel) or (ChannelConfig(name="terminal", kind="terminal"),)

    @property
    def default_channels(self) -> tuple[str, ...]:
        """Where a story goes that no route takes: to all that are not for operators, if any is."""
        names = tuple(channel.name for channel in self.channels)
        return tuple(name for name in names if name not in self.ops.channels) or names


def least_ages(config: Config) -> dict[str, timedelta]:
    """How long each thing of `keep` is in use, and so has to be kept."""
    news = max(config.stories.window, config.alerts.max_age)
    day = timedelta(days=1)
    return {
        "runs": 2 * day,
        "uneventful": day,
        "alerts": news,
        "revisions": news,
        "observations": 28 * day,
        "conditions": day,
        "articles": news,
    }


def find(path: Path | None = None) -> Path | None:
    """That path, else `$WIREWATCH_CONFIG`, else `wirewatch.toml` where there is one."""
    file = path or (Path(named) if (named := os.environ.get(CONFIG_VARIABLE)) else None)
    if file is None and Path(DEFAULT_PATH).is_file():
        file = Path(DEFAULT_PATH)
    return file


def load(path: Path | None = None) -> Config:
    """Read and check the configuration; raises `Unusable` with one message that names the place.

    It is that of the file that `find` finds, else the defaults.
    """
    file = find(path)
    values: dict[str, Any] = {}
    if file:
        values = _read(file)
        place(values, file.absolute().parent, store=StoreConfig().url)
    for dotted, variable in SECRETS.items():
        if _dig(values, dotted) is not None:
            raise Unusable(_no_place(file, dotted, variable))
    _refuse_channel_secrets(values, file)
    variables = Variables(Config)
    variables.refuse_unknown()
    for dotted, secret in variables.from_files().items():
        _plant(values, dotted, secret)
    try:
        config = Config(**values)
    except ValidationError as error:
        told = explain(
            error.errors(include_url=False),
            Config,
            file=str(file or ""),
            variables=variables.blamed(),
            secrets={*SECRETS, _OF_A_CHANNEL},
        )
        raise Unusable(told) from None
    except SettingsError:
        raise Unusable(variables.unreadable()) from None
    config._file = file  # noqa: SLF001 - read once, here
    channels = entrusted(config.channel, variables.channel_secrets())
    return config.model_copy(update={"channel": channels})


def _refuse_channel_secrets(values: Mapping[str, Any], file: Path | None) -> None:
    channels = values.get("channel")
    for channel in channels if isinstance(channels, list) else ():
        if isinstance(channel, dict) and "secret" in channel:
            name = channel_variable(str(channel.get("name") or "<NAME>"))
            raise Unusable(_no_place(file, _OF_A_CHANNEL, name))


def _no_place(file: Path | None, dotted: str, variable: str) -> str:
    return (
        f"{file}: {dotted} is a secret and does not belong in a file that is shared. "
        f"Set {variable}, or {variable}_FILE to the path of a file that holds it."
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        written = file.read_bytes()
    except FileNotFoundError:
        raise Unusable(f"{file}: there is no such file. Name yours with --config FILE.") from None
    except OSError as error:
        raise Unusable(f"{file}: cannot be read: {error.strerror}") from None
    try:
        return tomllib.loads(in_utf8(written))
    except UnreadableText as error:
        raise Unusable(f"{file}: {error}") from None
    except tomllib.TOMLDecodeError as error:
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
