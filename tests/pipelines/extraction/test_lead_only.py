"""An entry whose page is not read is an article of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.model.items import Entry, Hints, Precision
from pipelines.extraction.lead_only import extract_lead
from pipelines.extraction.not_an_article import NotAnArticle
from tests.factories import NOON

URL = "https://wire.example/news/1"
HINTS = Hints(languages=("en", "ru"), credits=("BelTA",))
LEAD = "MINSK, 2 May (BelTA) – Services of five states will train together this autumn."


def test_its_title_and_summary_become_the_article() -> None:
    entry = Entry(url=URL, title="Five states to train", summary=LEAD, published=NOON)
    article = extract_lead(entry, hints=HINTS, now=NOON)
    assert (article.title, article.text, article.language) == (entry.title, LEAD, "en")
    assert (article.credit, article.dateline) == ("BelTA", "MINSK")
    assert article.lead == "Services of five states will train together this autumn."
    assert article.published is not None
    assert (article.published.at, article.published.signal) == (NOON, "entry")
    assert article.published.precision is Precision.SECOND


def test_a_title_alone_is_the_text_as_well() -> None:
    title = "Спецслужбы пяти стран проведут совместные учения"
    article = extract_lead(Entry(url=URL, title=title), hints=HINTS, now=NOON)
    assert (article.title, article.text, article.language) == (title, title, "ru")
    assert article.published is None


def test_a_summary_alone_gives_its_first_sentence_as_the_title() -> None:
    entry = Entry(url=URL, summary="Two services met. They will meet again.")
    assert extract_lead(entry, hints=HINTS, now=NOON).title == "Two services met."


def test_a_date_in_the_future_is_not_believed() -> None:
    entry = Entry(url=URL, title="Met", published=NOON + timedelta(hours=3))
    assert extract_lead(entry, hints=HINTS, now=NOON).published is None


def test_an_entry_that_says_nothing_is_no_article() -> None:
    with pytest.raises(NotAnArticle, match="no-text"):
        extract_lead(Entry(url=URL), hints=HINTS, now=NOON)
