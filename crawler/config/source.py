"""What a source declares beyond plain addresses: lists in JSON, and where its past is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonList:
    """An address that answers with a list of articles in JSON.

    `items` is a JMESPath expression that gives the list; `link`, `title`, `summary` and `published`
    are JMESPath expressions within one item, "" where it has no such thing. `address` makes a URL
    of what `link` gives: "https://uza.uz/en/posts/{link}".
    """

    url: str
    items: str = "@"
    link: str = "url"
    title: str = "title"
    summary: str = ""
    published: str = ""
    address: str = "{link}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Where a source keeps what it published, for a backfill.

    An address may hold `{date:%Y/%m/%d}` (any strftime format) and `{page}`, which counts from
    `first_page`. `days` are HTML listings of one day. `sitemaps` are one a day or one a month where
    they hold `{date}`, else the whole archive, told apart by its dates. `listings` and `feeds` are
    walked back page by page from the newest. `wordpress` are sites whose WordPress API is open.
    `captures` are the prefixes under which web archives hold its articles: "eng.belta.by/*".
    """

    days: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    wordpress: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    first_page: int = 1
