"""A page's own statements give the instant; a date that cannot be is refused; receipts are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.model.items import Entry, Hints, Instant, Precision, ZoneRule
from pipelines.extraction.article import extract
from pipelines.extraction.dates.date_parser import parse_date
from pipelines.extraction.dates.printed_dates import parse_printed_date

STORY = "<p>Delegates of nine countries met on Tuesday to talk about joint training.</p>" * 3
NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
MINSK = Hints(languages=("en", "ru"), timezone="Europe/Minsk")


def published(
    head: str = "",
    body: str = "",
    *,
    hints: Hints = MINSK,
    entry: Entry | None = None,
    url: str = "https://wire.example/n/1",
) -> Instant | None:
    page = f"<html><head>{head}</head><body><article><h1>Delegates meet</h1>{body}{STORY}</article>"
    return extract(page.encode(), url, charset="utf-8", hints=hints, now=NOW, entry=entry).published


def ld(value: str) -> str:
    story = f'{{"@type":"NewsArticle","datePublished":"{value}"}}'
    return f'<script type="application/ld+json">{story}</script>'


def meta(value: str) -> str:
    return f'<meta property="article:published_time" content="{value}">'


@pytest.mark.parametrize(
    ("value", "utc", "precision"),
    [
        ("2026-09-03T11:23:45+03:00", "2026-09-03T08:23:45", Precision.SECOND),
        ("2026-09-03T11:23+03:00", "2026-09-03T08:23:00", Precision.MINUTE),
        ("2026-09-03T08:23:45.123Z", "2026-09-03T08:23:45", Precision.SECOND),
        ("20260903T112345", "2026-09-03T08:23:45", Precision.SECOND),
        ("2026-09-03 11:23", "2026-09-03T08:23:00", Precision.MINUTE),
        ("2026-09-03", "2026-09-02T21:00:00", Precision.DAY),
        ("2026-09-03T00:00:00Z", "2026-09-02T21:00:00", Precision.DAY),
        ("Thu, 03 Sep 2026 11:23:45 +0300", "2026-09-03T08:23:45", Precision.SECOND),
        ("Thu Sep 03 11:23:45 MSK 2026", "2026-09-03T08:23:45", Precision.SECOND),
        ("Thu Sep 03 2026 11:23:45 GMT+0300 (Minsk)", "2026-09-03T08:23:45", Precision.SECOND),
        ("1788423825", "2026-09-03T08:23:45", Precision.SECOND),
        ("September 3, 2026 11:23", "2026-09-03T08:23:00", Precision.MINUTE),
        ("3 сентября 2026, 11:23", "2026-09-03T08:23:00", Precision.MINUTE),
    ],
)
def test_a_date_is_read_in_any_notation(value: str, utc: str, precision: Precision) -> None:
    found = published(meta(value))
    assert found is not None
    assert found.at.isoformat() == f"{utc}+00:00"
    assert (found.precision, found.signal, found.stated) == (precision, "meta", value)


@pytest.mark.parametrize(
    "value", ["", "today", "2026-13-45", "0001-01-01T00:00:00Z", "99999999999"]
)
def test_a_date_that_is_none_is_not_read(value: str) -> None:
    assert parse_date(value) is None
    assert published(meta(value)) is None


def test_json_ld_wins_and_the_other_is_kept_as_disagreeing() -> None:
    found = published(ld("2026-09-03T11:23:00+03:00") + meta("2026-09-03T14:00:00+03:00"))
    assert found is not None
    assert found.signal == "json-ld"
    assert found.disagreeing == ("meta=2026-09-03T14:00:00+03:00",)


def test_a_page_that_names_no_article_is_dated_by_itself_and_by_no_other_page() -> None:
    page = (
        '{{"@type":"WebPage","url":"https://wire.example{}","datePublished":"2026-09-03T11:23Z"}}'
    )
    own, other = (
        f'<script type="application/ld+json">{page.format(path)}</script>' for path in ("/n/1", "/")
    )
    found = published(own)
    assert found is not None
    assert found.signal == "json-ld"
    assert published(other) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-09-03T01:30:00+05:00", "2026-09-03T01:30:00+05:00"),
        ("2026-09-03T01:30:00Z", "2026-09-03T01:30:00+00:00"),
        ("2026-09-03T01:30:00", "2026-09-03T01:30:00+03:00"),
        ("2026-09-03", "2026-09-03T00:00:00+03:00"),
        ("2026-09-03T00:00:00Z", "2026-09-03T00:00:00+03:00"),
        ("2026-09-03T00:00:00-04:00", "2026-09-03T00:00:00-04:00"),
    ],
)
def test_an_instant_keeps_the_clock_that_the_page_shows(value: str, shown: str) -> None:
    found = published(meta(value))
    assert found is not None
    assert found.local.isoformat() == shown


def test_a_day_of_a_page_whose_source_nobody_knows_is_that_day_in_utc() -> None:
    found = published(meta("2025-01-13"), hints=Hints())
    assert found is not None
    assert found.local.isoformat() == "2025-01-13T00:00:00+00:00"


def test_a_day_takes_its_time_from_another_sign_of_the_same_day() -> None:
    found = published(ld("2026-09-03") + meta("2026-09-03T11:23:00+03:00"))
    assert found is not None
    assert found.at == datetime(2026, 9, 3, 8, 23, tzinfo=UTC)
    assert found.disagreeing == ()


def test_a_clock_without_zone_takes_the_offset_another_sign_states() -> None:
    found = published(ld("2026-09-03T11:23:00") + meta("2026-09-03T11:23:00+05:00"), hints=Hints())
    assert found is not None
    assert found.at == datetime(2026, 9, 3, 6, 23, tzinfo=UTC)
    assert found.zone_rule is ZoneRule.STATED


def test_a_false_offset_is_overridden_by_the_sources_zone() -> None:
    hints = Hints(languages=("en",), timezone="Europe/Minsk", wrong_offset=True)
    found = published(
        '<meta name="mediator_published_time" content="2026-09-03T11:23:00+00:00">', hints=hints
    )
    assert found is not None
    assert found.at == datetime(2026, 9, 3, 8, 23, tzinfo=UTC)
    assert found.zone_rule is ZoneRule.OVERRIDDEN


def test_a_local_clock_that_claims_utc_is_found_out_when_it_is_ahead_of_us() -> None:
    found = published(meta("2026-09-14T14:30:00+00:00"))  # two and a half hours after NOW
    assert found is not None
    assert found.at == datetime(2026, 9, 14, 11, 30, tzinfo=UTC)
    assert found.zone_rule is ZoneRule.OVERRIDDEN


def test_a_few_minutes_ahead_is_a_clock_and_not_the_future() -> None:
    assert published(meta("2026-09-14T12:05:00+00:00"), hints=Hints()) is not None
    assert published(meta("2026-09-14T12:15:00+00:00"), hints=Hints()) is None


def test_todays_date_in_the_header_of_a_page_is_not_the_articles() -> None:
    today = "<header>Monday, 14 September 2026</header><div class=top>14.09.2026</div>"
    page = f"<body>{today}<h1>Delegates meet</h1>{STORY}"
    found = extract(page.encode(), "https://wire.example/n/1", charset=None, hints=MINSK, now=NOW)
    assert found.published is None


def test_a_date_right_above_the_headline_comes_before_one_that_follows_the_block() -> None:
    page = (
        "<body><div class=news><!-- - --><div class=when>10.09.2026</div>"
        f"<h1>Delegates meet</h1>{STORY[:200]}</div><div class=more>12.09.2026 Ferries</div>"
    )
    found = extract(page.encode(), "https://wire.example/n/1", charset=None, hints=MINSK, now=NOW)
    assert found.published is not None
    assert found.published.stated == "10.09.2026"


def test_a_page_that_is_one_form_is_read_like_any_other() -> None:
    page = f"<body><form><h1>Delegates meet</h1><time>10 September 2026</time>{STORY}</form>"
    found = extract(page.encode(), "https://wire.example/n/1", charset=None, hints=MINSK, now=NOW)
    assert found.published is not None
    assert found.published.signal == "printed"


def test_a_date_among_the_links_of_a_sidebar_is_not_the_articles() -> None:
    teasers = (
        "<aside><time datetime='2026-09-13T10:00:00Z'>13 September 2026</time> Ferries</aside>"
    )
    assert published(body=teasers) is None


def test_the_articles_own_time_element_counts() -> None:
    found = published(
        body="<time class=updated datetime='2026-09-12'>x</time>"
        "<time datetime='2026-09-10T10:00Z'>x</time>"
    )
    assert found is not None
    assert (found.signal, found.at) == ("time", datetime(2026, 9, 10, 10, tzinfo=UTC))


def test_the_sources_selector_points_at_the_printed_date() -> None:
    hints = Hints(languages=("ru",), timezone="Europe/Minsk", date=".when")
    found = published(
        body="<div>1 мая 2026</div><div class=when>2 мая 2026, 10:30</div>", hints=hints
    )
    assert found is not None
    assert (found.signal, found.at) == ("printed", datetime(2026, 5, 2, 7, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("line", "local"),
    [
        ("2 March", "2026-03-02T00:00"),
        ("14 September", "2026-09-14T00:00"),
        ("2 октября", "2025-10-02T00:00"),
        ("December 30, 18:05", "2025-12-30T18:05"),
        ("29 February", "2024-02-29T00:00"),
    ],
)
def test_a_printed_day_without_a_year_is_the_latest_that_has_been(line: str, local: str) -> None:
    found = published(body=f"<div class=date>{line}</div>")
    assert found is not None
    assert (found.signal, found.stated) == ("printed", line)
    assert found.at == datetime.fromisoformat(f"{local}:00+03:00")


@pytest.mark.parametrize("line", ["9 states", "31 June", "Until 2 March", "Room 12, 2 floor"])
def test_what_only_resembles_a_day_without_a_year_is_none(line: str) -> None:
    assert published(body=f"<div class=date>{line}</div>") is None


def test_a_full_date_beside_a_day_without_a_year_wins() -> None:
    found = published(body="<div>2 March</div><div>10 September 2026</div>")
    assert found is not None
    assert found.stated == "10 September 2026"


def test_months_are_read_in_the_sources_languages_only() -> None:
    assert parse_printed_date("3 сентября 2026", MINSK, ("ru",)) is not None
    assert parse_printed_date("3 сентября 2026", MINSK, ("en",)) is None
    assert parse_printed_date("3 сентября 2026", MINSK, ()) is None


def test_the_order_of_day_and_month_is_that_of_the_sources_part_of_the_world() -> None:
    american = Hints(languages=("en",), timezone="America/New_York")
    east, west = (parse_printed_date("03/09/2026", hints, ("en",)) for hints in (MINSK, american))
    assert east is not None
    assert west is not None
    assert (east.clock.month, west.clock.month) == (9, 3)


def test_the_feeds_date_counts_where_the_page_has_none() -> None:
    entry = Entry(url="https://wire.example/n/1", published=NOW - timedelta(hours=2))
    found = published(entry=entry)
    assert found is not None
    assert (found.signal, found.at, found.precision) == ("entry", entry.published, Precision.SECOND)


def test_the_feeds_time_completes_the_printed_day() -> None:
    entry = Entry(url="https://wire.example/n/1", published=datetime(2026, 9, 3, 8, 23, tzinfo=UTC))
    found = published(body="<div class=date>3 September 2026</div>", entry=entry)
    assert found is not None
    assert found.at == entry.published


def test_the_address_gives_the_day_where_nothing_else_does() -> None:
    found = published(url="https://wire.example/2026/09/03/delegates-meet")
    assert found is not None
    assert (found.signal, found.stated) == ("htmldate", "2026-09-03")


def test_a_change_is_kept_apart_and_never_precedes_the_story() -> None:
    def modified(value: str) -> Instant | None:
        changed = f'<meta property="article:modified_time" content="{value}">'
        page = f"{meta('2026-09-03T11:00:00+03:00')}{changed}<body>{STORY}"
        return extract(
            page.encode(), "https://w.example/1", charset=None, hints=MINSK, now=NOW
        ).modified

    later = modified("2026-09-04T10:00:00+03:00")
    assert later is not None
    assert later.at == datetime(2026, 9, 4, 7, tzinfo=UTC)
    assert modified("2026-09-01T10:00:00+03:00") is None
    assert modified("2030-09-01T10:00:00+03:00") is None
