"""No page takes extraction down: however large, deep, wide or broken, an article or a reason."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from crawler.model.items import Extracted, Hints
from pipelines.extraction.article import LONGEST_TEXT, extract
from pipelines.extraction.not_an_article import NotAnArticle

SENTENCE = "Delegates of nine countries met on Tuesday to talk about joint training in the hills."
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
SENTENCES = [
    f"On {day} they went over the plan, and changed a line of it here or there." for day in DAYS
]
STORY = "<h1>Delegates meet</h1>" + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
MEGABYTE = 1_000_000


def understand(page: str | bytes) -> Extracted:
    return extract(
        page.encode() if isinstance(page, str) else page,
        "https://wire.example/n/1",
        charset=None,
        hints=Hints(languages=("en",)),
        now=datetime(2026, 9, 1, tzinfo=UTC),
    )


def wide(count: int) -> str:
    return "<p " + " ".join(f"a{n}=1" for n in range(count)) + ">wide</p>"


HOSTILE = {
    "twenty megabytes of script": "<script>" + "var a = 1; " * (20 * MEGABYTE // 11) + "</script>",
    "twenty megabytes of text": f"<p>{SENTENCE}</p>" * (20 * MEGABYTE // len(SENTENCE)),
    "twenty megabytes of brackets": "<" * (20 * MEGABYTE),
    "twenty megabytes of json": '<script type="application/ld+json">{"@type":"NewsArticle",'
    '"articleBody":"' + "word " * (4 * MEGABYTE) + '"}</script>',
    "one attribute of twenty megabytes": f'<p title="{"x" * 20 * MEGABYTE}">wide</p>',
    "attributes of a hundred thousand elements": "<i a=1 b=2 c=3></i>" * 100_000,
    "a million comments": "<!-- x -->" * 1_000_000,
    "a hundred thousand dates": "<p>3 September 2019, 11:23</p>" * 100_000,
    "five megabytes of links": '<a href="/x">elsewhere</a> ' * (5 * MEGABYTE // 27),
    "a hundred thousand tags deep": "<div>" * 100_000,
    "lists a hundred thousand deep": "<ul><li>" * 100_000,
    "as deep as the parser goes": "<div>" * 2_000,
    "formatting that never ends": "<b><span>" * 50_000,
    "a million attributes": wide(1_000_000),
    "many wide tags": wide(500) * 50,
    "endless meta tags": '<meta name="date" content="some 3 day">' * 50_000,
    "endless headlines": "<h1></h1>" * 100_000,
    "endless times": "<time datetime='x'></time>" * 50_000,
    "json without end": '<script type="application/ld+json">' + '[{"a":' * 100_000 + "</script>",
    "nul bytes": "\x00" * 10_000,
    "broken entities": "&#1;&#0;&#xffff;&#55555555;&unknown;" * 1_000,
}


@pytest.mark.parametrize("junk", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_story_is_found_behind_junk(junk: str) -> None:
    found = understand(f"<html><body>{junk}{STORY}</body></html>")
    assert all(sentence in found.text for sentence in SENTENCES)


def test_a_very_long_page_is_read_to_its_end() -> None:
    last = "And then they all went home, each with a copy of the minutes."
    page = f"<html><body><h1>Long</h1>{f'<p>{SENTENCE}</p>' * 60_000}<p>{last}</p></body></html>"
    assert len(page) > 5 * MEGABYTE
    found = understand(page)
    assert found.text.endswith(last)
    assert found.is_cut
    assert len(found.text) <= LONGEST_TEXT


def test_a_page_without_a_body_element_is_read() -> None:
    assert understand(STORY).text.splitlines() == SENTENCES


def test_a_page_without_a_title_is_called_by_its_first_sentence() -> None:
    assert understand(f"<body>{STORY.partition('</h1>')[2]}</body>").title == SENTENCES[0]


def test_a_torn_page_is_read_as_far_as_it_goes() -> None:
    assert SENTENCES[4] in understand(f"<html><body>{STORY}<div class='x").text


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", "empty-page"),
        (b" \n\t ", "empty-page"),
        (b"\x00\x00\x00", "empty-page"),
        (b"\xef\xbb\xbf", "empty-page"),
        (b"%PDF-1.7 <a>", "not-html"),
        (b"just words", "not-html"),
        (b"\x89PNG\r\n\x1a\n<x>", "not-html"),
        (b"<?xml version='1.0'?><urlset><url><loc>x</loc></url></urlset>", "not-html"),
        (b"<html><head><title>Only a title</title></head></html>", "no-text"),
        (b"<html><body></body></html>", "no-text"),
        (b"<!-- nothing -->", "empty-page"),
        (b"<p>Loading</p>", "no-text"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(page: bytes, reason: str) -> None:
    with pytest.raises(NotAnArticle) as refusal:
        understand(page)
    assert refusal.value.reason == reason


def test_a_page_without_text_is_refused_and_its_title_and_dates_are_told_all_the_same() -> None:
    head = '<title>Only a title</title><meta name="date" content="2026-08-01T10:00:00+03:00">'
    with pytest.raises(NotAnArticle) as refusal:
        understand(f"<html lang='en'><head>{head}</head><body><div id='app'></div></body></html>")
    known = pickle.loads(pickle.dumps(refusal.value)).understood  # noqa: S301 - our own
    assert known.title == "Only a title"
    assert known.published.local.isoformat() == "2026-08-01T10:00:00+03:00"
    assert known.text == ""
