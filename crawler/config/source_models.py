"""The table of a [[source]], and those within it: the same words as in a spider's declaration."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from crawler.config.types import (
    Cron,
    Duration,
    Expression,
    Name,
    NextPage,
    OptionalAddress,
    Pattern,
    Selector,
    Table,
    TimeZone,
    WebAddress,
)


class JsonListConfig(Table):
    """An address that answers with a list of articles in JSON; see `crawler.config.source`."""

    url: WebAddress = Field(description="What to ask.")
    items: Expression = Field("@", description="JMESPath expression that gives the list.")
    link: Expression = Field("url", description="JMESPath, in one item: its address or a part.")
    title: Expression = Field("title", description="JMESPath, in one item: its headline.")
    summary: Expression = Field("", description="JMESPath, in one item: its lead.")
    published: Expression = Field("", description="JMESPath, in one item: when it was published.")
    address: str = Field("{link}", description="The article's URL, made of what `link` gives.")


class ArchiveConfig(Table):
    """Where a source keeps what it published; see `crawler.config.source`."""

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


class SourceConfig(Table):
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
