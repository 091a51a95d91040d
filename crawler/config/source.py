"""Source configuration, as a value: what a spider or a [[source]] table declares."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

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
from crawler.model.items import Hints
from crawler.model.urls import site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

_RARELY = 4  # an institution may be silent for so many times as long as a wire


class DocumentKind(StrEnum):
    """What a document is that announces articles."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    JSON_LIST = "list in JSON"
    HOME = "home page"


class JsonList(Table):
    """An address that answers with a list of articles in JSON; see `crawler.config.source`."""

    url: WebAddress = Field(description="What to ask.")
    items: Expression = Field("@", description="JMESPath expression that gives the list.")
    link: Expression = Field("url", description="JMESPath, in one item: its address or a part.")
    title: Expression = Field("title", description="JMESPath, in one item: its headline.")
    summary: Expression = Field("", description="JMESPath, in one item: its lead.")
    published: Expression = Field("", description="JMESPath, in one item: when it was published.")
    address: str = Field("{link}", description="The article's URL, made of what `link` gives.")


class Archive(Table):
    """Where a source keeps what it published; see `crawler.config.source`."""

    days: tuple[WebAddress, ...] = Field((), description="Listings of one day: `{date:%Y/%m/%d}`.")
    sitemaps: tuple[WebAddress, ...] = Field(
        (), description="One a day or month with `{date:%Y-%m}`, or the whole archive."
    )
    listings: tuple[WebAddress, ...] = Field((), description="Listings by `{page}`, newest first.")
    feeds: tuple[WebAddress, ...] = Field((), description="Feeds by `{page}`, newest first.")
    wordpress: tuple[WebAddress, ...] = Field((), description="Sites whose WordPress API is open.")
    captures: tuple[str, ...] = Field(
        (), description="Prefixes that web archives know it by: `wire.example/news/*`."
    )
    first_page: int = Field(1, ge=0, le=1, description="Where `{page}` begins.")


class Source(Table):
    """A wire that needs no code. The same words as in a spider's declaration."""

    name: Name = Field(description="What commands and tables call it.")
    title: str = Field("", description="The outlet as an alert names it.")
    country: str = Field("", description="ISO 3166 code, or INT.")
    kind: Literal["wire", "institution", "site"] = Field("site", description="What it is.")
    packs: tuple[str, ...] = Field(
        (), description="Groups it belongs to, beside being enabled itself."
    )
    feeds: tuple[WebAddress, ...] = Field((), description="RSS, Atom or JSON feeds.")
    sitemaps: tuple[WebAddress, ...] = Field(
        (), description="Sitemaps; Google-News ones carry titles and dates."
    )
    listings: tuple[WebAddress, ...] = Field(
        (), description="HTML pages that list the newest articles."
    )
    json_lists: tuple[JsonList, ...] = Field((), description="Lists of articles in JSON.")
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
    languages: tuple[str, ...] = Field((), description="ISO 639-1 codes of what it publishes.")
    timezone: TimeZone = Field("UTC", description="Zone of the times it prints.")
    credits: tuple[str, ...] = Field((), description="Names it signs its own text with.")
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
    archive: Archive = Field(Archive(), description="Where a backfill looks.")
    unproven: str = Field(
        "", description="Why it is in no pack: nobody has seen yet that this way works."
    )
    frozen_after: Duration | None = Field(None, description="Instead of crawl.frozen_after.")
    interval: Duration | None = Field(
        None, description="How often it is polled, instead of what is learned."
    )
    cron: Cron = Field("", description="Five-field cron expression in UTC, instead of an interval.")
    evidence: tuple[str, ...] = Field(
        (), description="What the declaration rests on, and when that was seen."
    )

    @model_validator(mode="after")
    def _finds_something(self) -> Source:
        if not self.documents():
            raise ValueError("give at least one of feeds, sitemaps, listings, json_lists, home")
        if self.listings and not self.article_urls:
            raise ValueError("listings need article_urls, to tell an article from other links")
        if self.interval and self.cron:
            raise ValueError("give interval or cron, not both")
        return self

    # -- what it announces ---------------------------------------------------------------------

    def declared(self) -> Iterator[tuple[DocumentKind, str]]:
        """Every document that announces articles, and what it is."""
        for kind, urls in (
            (DocumentKind.FEED, self.feeds),
            (DocumentKind.SITEMAP, self.sitemaps),
            (DocumentKind.LISTING, self.listings),
            (DocumentKind.JSON_LIST, tuple(one.url for one in self.json_lists)),
        ):
            for url in urls:
                yield kind, url

    def documents(self) -> tuple[str, ...]:
        """Everything that the source declares to be asked."""
        return (*(url for _, url in self.declared()), *filter(None, (self.home,)))

    def places(self) -> tuple[str, ...]:
        """Every address that it declares: documents, what a list's links become, its archive."""
        past = self.archive
        return (
            *self.documents(),
            *(one.address for one in self.json_lists),
            *(*past.days, *past.sitemaps, *past.listings, *past.feeds, *past.wordpress),
        )

    def is_loopback(self) -> bool:
        """Is it on this very machine, as a replica is?"""
        hosts = {urlsplit(url).hostname or "" for url in self.documents()}
        return all(host == "localhost" or host.startswith("127.") for host in hosts)

    # -- its articles --------------------------------------------------------------------------

    @cached_property
    def allowed_domains(self) -> tuple[str, ...]:
        """Its own sites, sorted: a redirect or a link to anywhere else is not followed."""
        places = (*self.documents(), *(one.address for one in self.json_lists))
        return tuple(sorted({site(url) for url in places} - {""}))

    @cached_property
    def hints(self) -> Hints:
        """What it tells extraction of its pages."""
        return Hints(
            languages=self.languages,
            timezone=self.timezone,
            credits=self.credits,
            body=self.body,
            date=self.date,
            wrong_offset=self.wrong_offset,
        )

    @cached_property
    def _article(self) -> re.Pattern[str]:
        return re.compile(self.article_urls)

    def is_article(self, url: str) -> bool:
        """Is this one of the source's articles, as far as its address tells?"""
        if self.article_urls:
            return self._article.search(url) is not None
        return site(url) in self.allowed_domains

    def silent_after(self, default: timedelta) -> timedelta:
        """How long it may announce nothing new before that is odd."""
        return self.frozen_after or default * (_RARELY if self.kind == "institution" else 1)
