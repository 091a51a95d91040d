"""The replica's stories are sound: labelled, linked, long enough, and of every kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from replica.outlets import OUTLETS
from replica.story import Quirk, StoryKind

if TYPE_CHECKING:
    from replica.story import Story

AT_LEAST = {
    StoryKind.COOPERATION: 16,
    StoryKind.ATTACK: 4,
    StoryKind.ARREST: 4,
    StoryKind.SUMMIT: 5,
    StoryKind.OTHER: 10,
    StoryKind.REPRINT: 8,
    StoryKind.REVISION: 1,
    StoryKind.BROKEN: 3,
}


def test_there_are_about_sixty_stories_of_every_kind(stories: tuple[Story, ...]) -> None:
    kinds = Counter(story.kind for story in stories)
    assert 55 <= len(stories) <= 75
    assert all(kinds[kind] >= least for kind, least in AT_LEAST.items()), kinds


def test_no_two_stories_share_an_id_or_an_address(stories: tuple[Story, ...]) -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    outlets = {outlet.name: outlet for outlet in OUTLETS}
    pages = [story for story in stories if story.kind is not StoryKind.REVISION]
    addresses = {(s.outlet, outlets[s.outlet].path_of(s.id, s.section, now)) for s in pages}
    assert len({story.id for story in stories}) == len(stories)
    assert len(addresses) == len(pages)


def test_every_address_is_one_that_its_source_would_recognise(stories: tuple[Story, ...]) -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    for story in stories:
        outlet = next(outlet for outlet in OUTLETS if outlet.name == story.outlet)
        url = "http://127.0.0.1:1" + outlet.path_of(story.id, story.section, now)
        assert re.search(outlet.article_urls("http://127.0.0.1:1"), url), url


def test_every_outlet_publishes_and_both_languages_are_there(stories: tuple[Story, ...]) -> None:
    assert {story.outlet for story in stories} == {outlet.name for outlet in OUTLETS}
    languages = Counter(story.language for story in stories)
    assert languages["en"] >= 30
    assert languages["ru"] >= 20


def test_a_text_has_the_length_of_a_wire_story(stories: tuple[Story, ...]) -> None:
    for story in stories:
        words = sum(len(paragraph.split()) for paragraph in story.paragraphs)
        assert story.kind is StoryKind.BROKEN or 120 <= words <= 500, (story.id, words)


def test_a_reprint_is_a_lightly_edited_text_of_another_outlet(stories: tuple[Story, ...]) -> None:
    by_id = {story.id: story for story in stories}
    for story in stories:
        if story.kind is StoryKind.REPRINT:
            original = by_id[story.reprint_of]
            kept = set(story.paragraphs) & set(original.paragraphs)
            assert original.outlet != story.outlet
            assert original.language == story.language
            assert len(kept) >= len(original.paragraphs) // 2, story.id
            assert set(story.paragraphs) != set(original.paragraphs), story.id
            assert (original.live is None) == (story.live is None)
            assert (original.live or 0, -original.minutes_ago) < (
                story.live or 0,
                -story.minutes_ago,
            ), f"{story.id} is out before its original"


def test_several_reprints_are_of_cooperation_stories(stories: tuple[Story, ...]) -> None:
    by_id = {story.id: story for story in stories}
    originals = [by_id[story.reprint_of] for story in stories if story.kind is StoryKind.REPRINT]
    assert sum(original.kind is StoryKind.COOPERATION for original in originals) >= 5


def test_what_is_published_live_holds_news_reprints_a_revision_and_noise(
    stories: tuple[Story, ...],
) -> None:
    live = [story for story in stories if story.live is not None]
    kinds = Counter(story.kind for story in live)
    assert sorted(story.live or 0 for story in live) == list(range(1, len(live) + 1))
    assert sum(story.expects_alert for story in live) == 6
    assert kinds[StoryKind.REPRINT] == 3
    assert kinds[StoryKind.REVISION] == 1
    assert {StoryKind.ATTACK, StoryKind.ARREST, StoryKind.SUMMIT, StoryKind.OTHER} <= kinds.keys()


def test_a_story_of_three_weeks_ago_is_not_expected_to_alert(stories: tuple[Story, ...]) -> None:
    old = [s for s in stories if s.live and s.kind is StoryKind.COOPERATION and not s.expects_alert]
    assert [story.minutes_ago for story in old] == [21 * 24 * 60]


def test_each_quirk_occurs_once(stories: tuple[Story, ...]) -> None:
    quirks = Counter(story.quirk for story in stories if story.quirk)
    assert quirks == dict.fromkeys((q for q in Quirk if q), 1)


@pytest.mark.parametrize(
    ("outlet", "opening"),
    [
        ("belta", "MINSK, 3 September (BelTA) – "),
        ("kazinform", "MINSK. KAZINFORM – "),
        ("tass", "MINSK, September 3. /TASS/. "),
        ("tass_ru", "MINSK, 3 сентября. /ТАСС/. "),
        ("osce", "MINSK, 3 September 2026 – "),
        ("un_news", ""),
    ],
)
def test_a_dateline_is_in_the_form_of_its_outlet(
    stories: tuple[Story, ...], outlet: str, opening: str
) -> None:
    story = next(s for s in stories if s.outlet == "belta" and s.kind is StoryKind.COOPERATION)
    text = replace(story, outlet=outlet, dateline=outlet, place="MINSK").text(
        datetime(2026, 9, 3, 9, 30, tzinfo=UTC)
    )
    assert text[0] == opening + story.paragraphs[0]


def test_the_day_of_a_dateline_is_that_of_the_outlets_own_zone(stories: tuple[Story, ...]) -> None:
    story = next(s for s in stories if s.outlet == "belta" and s.kind is StoryKind.COOPERATION)
    late = datetime(2026, 9, 2, 22, 30, tzinfo=UTC)  # half past one in the morning in Minsk
    assert "3 September" in story.text(late)[0]


def test_no_placeholder_is_left_in_a_text(stories: tuple[Story, ...]) -> None:
    for story in stories:
        for paragraph in story.text(datetime(2026, 9, 3, tzinfo=UTC)):
            assert "{" not in paragraph, (story.id, paragraph)
