"""A list of articles in JSON, as an API or a script's file hands it out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.config.source import JsonList
from crawler.discovery.entry_dates import instant
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.json_lists import read_json_list

URL = "https://wire.example/api/news"
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LIST = JsonList(
    url=URL,
    items="data.items[?kind=='news']",
    link="slug",
    title="title.en",
    summary="lead",
    published="at",
    address="https://wire.example/en/{link}",
)
BODY = """{"data": {"items": [
  {"kind": "news", "slug": 17, "title": {"en": "A &amp; B"}, "lead": "<p>Met.</p>",
   "at": 1795424400},
  {"kind": "advert", "slug": "buy"},
  {"kind": "news", "slug": "talks", "title": {"en": null}},
  {"kind": "news", "title": {"en": "No link"}}]}}"""


@pytest.mark.parametrize(
    "body",
    [BODY, "\ufeff" + BODY, f"callback({BODY});", f"/**/ jQuery1_2({BODY})", f")]}}',\n{BODY}"],
    ids=["plain", "byte order mark", "JSONP", "jQuery", "guarded"],
)
def test_a_list_gives_entries_as_declared(body: str) -> None:
    reading = read_json_list(body.encode(), URL, LIST)
    first, second = reading.entries
    assert (first.url, first.title, first.summary) == (
        "https://wire.example/en/17",
        "A & B",
        "Met.",
    )
    assert first.published == NINE
    assert (second.url, second.title, second.published) == (
        "https://wire.example/en/talks",
        "",
        None,
    )
    assert reading.unusable == 1


def test_links_may_be_whole_addresses_or_paths() -> None:
    body = b'[{"url": "/news/1"}, {"url": "https://wire.example/news/2"}]'
    entries = read_json_list(body, URL, JsonList(url=URL)).entries
    assert [e.url for e in entries] == [
        "https://wire.example/news/1",
        "https://wire.example/news/2",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-23T12:00:00+03:00", NINE),
        ("2026-11-23T09:00:00.000Z", NINE),
        ("2026-11-23 12:00:00", NINE),
        ("2026-11-23 12:00", NINE),
        ("23.11.2026 12:00", NINE),
        (1795424400, NINE),
        ("1795424400", NINE),
        (1795424400000, NINE),
        (1795424400.0, NINE),
        ("2026-11-23", None),
        ("yesterday", None),
        (True, None),
        (None, None),
        (10**30, None),
    ],
)
def test_an_instant_is_read_as_apis_write_it(value: object, expected: datetime | None) -> None:
    assert instant(value, "Europe/Minsk") == expected


@pytest.mark.parametrize(
    ("body", "declared", "said", "slug"),
    [
        ("[", JsonList(url=URL), "cannot be read", "not-a-list"),
        ("<html><body>Hello</body></html>", JsonList(url=URL), "an HTML page", "html-instead"),
        ('{"a": 1}', JsonList(url=URL, items="news"), "without a list at 'news'", "not-a-list"),
        ('[{"id": 1}]', JsonList(url=URL), "none of 1 items has a link", "not-a-list"),
    ],
)
def test_what_is_no_such_list_is_said(body: str, declared: JsonList, said: str, slug: str) -> None:
    with pytest.raises(NotTheDocument, match=said.replace("|", r"\|")) as refused:
        read_json_list(body.encode(), URL, declared)
    assert refused.value.slug == slug


def test_an_empty_list_is_a_flaw() -> None:
    (flaw,) = read_json_list(b"[]", URL, JsonList(url=URL)).flaws
    assert flaw.slug == "empty-channel"
