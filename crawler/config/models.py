"""The tables of wirewatch.toml, one class each: every setting, its default and what it means."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from crawler.config.routes import Severity
from crawler.config.types import (
    Age,
    ChannelKind,
    Cron,
    DailyTime,
    Duration,
    ListenAddress,
    MessageBudget,
    Moment,
    Name,
    OptionalAddress,
    OptionalListenAddress,
    OptionalZone,
    Pause,
    QuietHours,
    SecretAddress,
    Table,
    TimeZone,
    WebAddress,
)


class StoreConfig(Table):
    url: str = Field(
        "sqlite:///wirewatch.db",
        description="sqlite:///FILE or postgresql://USER@HOST/NAME; the file lies beside "
        "wirewatch.toml unless its path is absolute. "
        "A URL with a password belongs in the environment: WIREWATCH_STORE__URL.",
        repr=False,
    )
    shared: bool = Field(
        default=False,
        description="Several `wirewatch run` work on this store, each of them with this setting, "
        "and share the polls and the deliveries. Else a second one refuses to start.",
    )


class CrawlConfig(Table):
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
        description="Pause between two requests to one host, whoever asks; "
        "a longer Crawl-delay wins.",
    )
    requests_per_host: int = Field(
        2, ge=1, le=16, description="Requests under way at one host, of all polls and backfills."
    )
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
    crash_pause: Pause = Field(
        timedelta(minutes=1),
        description="A source that was under way at two ends of the process in a row is left alone "
        "for so long, then polled with nothing beside it; five times as long after each further "
        'one, at most 6 hours. `"0s"`: never.',
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


class WebSubConfig(Table):
    callback: OptionalAddress = Field(
        "",
        description="The public address that hubs reach `listen` at; without it, nobody is asked.",
    )
    listen: ListenAddress = Field(
        "127.0.0.1:8788", description="Where `wirewatch run` listens for hubs: host:port."
    )


class MetricsConfig(Table):
    listen: OptionalListenAddress = Field(
        "127.0.0.1:9464",
        description="Where `wirewatch run` answers `/metrics`, `/healthz` and `/readyz` "
        "(docs/metrics.md): host:port; empty: nowhere.",
    )


class LogConfig(Table):
    format: Literal["readable", "json"] = Field(
        "readable", description="How the log is written: lines to read, or a JSON object a line."
    )
    file: str = Field(
        "", description="Where `wirewatch run` writes its log to, beside stderr; empty: nowhere."
    )
    max_bytes: int = Field(
        10_000_000, ge=10_000, description="A longer file is put aside as `FILE.1`, and so on."
    )
    keep: int = Field(5, ge=1, description="How many of those that were put aside are kept.")


class KeepConfig(Table):
    """How long `wirewatch run` keeps what. `""`: for ever."""

    at: Moment = Field(
        "03:30", description="When it removes what is older, once a day: a time of day in UTC."
    )
    runs: Age = Field(timedelta(days=30), description="Runs, but the newest of each outcome.")
    uneventful: Age = Field(
        timedelta(days=3), description="Runs that went well and found nothing new."
    )
    alerts: Age = Field(
        timedelta(days=90), description="What was said of stories that are over, and to operators."
    )
    revisions: Age = Field(timedelta(days=365), description="Earlier wordings of articles.")
    observations: Age = Field(
        timedelta(days=63), description="What sources did by the hour: their norm."
    )
    conditions: Age = Field(timedelta(days=365), description="What ailed sources, once it is over.")
    articles: Age = Field(
        None,
        description="Stories with their articles, but those that staff judged. Unset: for ever, "
        'as is `""` for any of these.',
    )


class ExtractionConfig(Table):
    workers: int = Field(2, ge=1, le=64, description="Processes that turn pages into articles.")
    timeout: Duration = Field(
        timedelta(seconds=5),
        description="A page that takes longer is rejected as extraction-timeout.",
    )


class RulesConfig(Table):
    folders: list[Path] = Field(
        [], description="Folders with rules of your own, beside those that ship."
    )


class StoriesConfig(Table):
    window: Duration = Field(
        timedelta(days=7), description="How long a story goes on gathering its reprints."
    )


class AlertsConfig(Table):
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
    recheck: list[Duration] = Field(
        [timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)],
        description="How long after its alert a page is fetched again, to tell what was changed or "
        "withdrawn: by the first poll of its source from then on. `[]`: never.",
    )


class OpsConfig(Table):
    channels: list[str] = Field(
        [],
        description="Which channels operators read: they are told there what goes wrong, and get "
        "no stories unless a [[route]] names them.",
    )
    gaps: list[str] = Field(
        [],
        description="Which channels are told when a source, or Wirewatch, was blind for a while; "
        "without any, those of `channels`.",
    )
    daily: DailyTime = Field(
        "07:00",
        description="When the operators are told each day how it goes: a time, or a five-field "
        "cron expression, in the zone of alerts.timezone; empty: never.",
    )
    ping: SecretAddress | None = Field(
        None,
        description="An address that is asked for as long as all is well, such as one of "
        "healthchecks.io. From WIREWATCH_OPS__PING or WIREWATCH_OPS__PING_FILE only.",
    )
    ping_every: Duration = Field(timedelta(minutes=1), description="How often that is.")
    undelivered_after: Duration = Field(
        timedelta(minutes=15),
        description="The operators are told of an alert that waits longer for its channel.",
    )
    disk_low: int = Field(
        500_000_000,
        ge=0,
        description="They are told where fewer bytes are free on the disk of a SQLite store; or "
        "5 % of that disk, if that is more, up to ten times as many bytes. 0: never.",
    )


class BackfillConfig(Table):
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

    def archives(self) -> tuple[str, ...]:
        """The addresses of the archives that a backfill may ask."""
        return (
            self.wayback_index,
            self.wayback_replay,
            self.commoncrawl_index,
            self.commoncrawl_data,
            self.gdelt,
        )


class SlackConfig(Table):
    base_url: WebAddress = Field(
        "https://slack.com/api/", description="The Web API; another address for tests."
    )
    token: SecretStr | None = Field(
        None,
        description="Bot token. From WIREWATCH_SLACK__TOKEN or WIREWATCH_SLACK__TOKEN_FILE only.",
    )
    app_token: SecretStr | None = Field(
        None,
        description="App-level token: buttons under alerts, and slash commands (docs/slack.md). "
        "From WIREWATCH_SLACK__APP_TOKEN or WIREWATCH_SLACK__APP_TOKEN_FILE only.",
    )
    visible_within: Duration = Field(
        timedelta(seconds=30),
        description="How long Slack may take to show a message that it has stored: so long an "
        "alert in doubt is looked for in the channel's history before it is sent again.",
    )
    allowed_users: list[str] = Field(
        [], description='Who may give slash commands, by member id: `["U012AB3CD"]`.'
    )


class ChannelConfig(Table):
    """Somewhere alerts go. `kind` picks the file in alerts/channels/ that sends there."""

    name: Name = Field(description="What routes, `status` and the outbox call it.")
    kind: ChannelKind = Field(description="What delivers it: see docs/channels.md.")
    target: str = Field("", description="Where to, in the words of the kind.")
    secret: SecretStr | None = Field(
        None,
        description="For kinds that need one. From `WIREWATCH_CHANNEL__<NAME>__SECRET`, with the "
        "name in capitals, or `WIREWATCH_CHANNEL__<NAME>__SECRET_FILE` only.",
    )
    timezone: OptionalZone = Field(
        "", description="Zone of its quiet hours and its digest; else that of [alerts]."
    )
    quiet: QuietHours = Field(
        [],
        description="Hours in which nothing is said, and after which it is said as one digest: "
        '`"22:00-07:00"`, or a list: `["mon-fri 22:00-07:00", "sat-sun 00:00-24:00"]`.',
    )
    digest: Cron = Field(
        "",
        description="Five-field cron expression: everything is said in a digest at these times.",
    )
    budget: MessageBudget = Field(
        "", description="How many messages in how long, as `20 in 10m`; the rest is one digest."
    )
    urgent: list[Severity] = Field(
        [], description="Severities that quiet hours, digest and budget do not hold up."
    )
