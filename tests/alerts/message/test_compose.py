"""The message says what staff need, within what Slack takes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.message.compose import Role, compose
from alerts.slack.block_kit import blocks, fallback, plain
from crawler.model.alert import Alert, Headline, Tally
from crawler.model.items import EntityHit, Evidence, Precision
from crawler.model.story_status import EventKind, Outlet, StoryEvent, StoryStatus
from tests.doubles.slack.block_kit_limits import refusal
from tests.sample_alerts import HOSTILE, SENTENCE, alert, instant, match


def drawn(one: Alert, *, timezone: str = "UTC") -> str:
    message = compose(one, timezone=timezone)
    texts = [block["text"]["text"] for block in blocks(message) if "text" in block]
    texts += [e["text"] for block in blocks(message) for e in block.get("elements", ())]
    return "\n".join(texts)


def when(one: Alert, timezone: str = "UTC") -> str:
    lines = compose(one, timezone=timezone).lines
    return next(
        line.text for line in lines if line.role is Role.DETAIL and line.text.startswith("Publi")
    )


def quoted(*found: Evidence) -> list[str]:
    one = replace(alert(), matches=(replace(match(), evidence=found),))
    return [line for line in drawn(one).splitlines() if line.startswith("> ")]


def evidence(sentence: str, *terms: str, part: str = "text", start: int = 0) -> list[Evidence]:
    return [
        Evidence(
            term=term,
            start=start + sentence.index(term),
            end=start + sentence.index(term) + len(term),
            part=part,
            sentence=sentence,
            sentence_start=start,
        )
        for term in terms
    ]


def test_the_headline_is_a_link() -> None:
    linked = "<https://wire.example/politics/view/1-2026/?a=1&amp;b=2|CIS and UN widen"
    assert linked in drawn(alert())


def test_it_names_outlet_country_and_credit() -> None:
    assert "BelTA · BY · credit BelTA" in drawn(alert())
    assert "credit BelTA · lead only" in drawn(replace(alert(), lead_only=True))


def test_it_says_why_and_by_which_rule() -> None:
    assert "*Why: Counter-terrorism cooperation* — " in drawn(alert())
    assert "score 11, threshold 6" in drawn(alert())


def test_it_quotes_the_sentence_with_the_terms_in_bold() -> None:
    expected = SENTENCE.replace("counter-terrorism", "*counter-terrorism*")
    expected = expected.replace("cooperation", "*cooperation*")
    assert f"> {expected}" in drawn(alert())


def test_it_names_bodies_and_states_apart() -> None:
    assert "*Bodies:* CIS, UN" in drawn(alert())
    assert "*States:* Belarus" in drawn(alert())


@pytest.mark.parametrize(("severity", "icon"), [("high", "🔴"), ("low", "🟡"), ("odd", "🔵")])
def test_severity_is_an_icon(severity: str, icon: str) -> None:
    one = replace(alert(), matches=(replace(match(), severity=severity),))
    assert compose(one, timezone="UTC").icon == icon
    assert fallback(compose(one, timezone="UTC")).startswith(icon)


def test_time_is_in_the_desks_zone_and_in_utc() -> None:
    assert when(alert(), "Europe/Minsk") == (
        "Published 23 November 2026, 15:00 Europe/Minsk (12:00 UTC)"
    )
    assert when(alert()) == "Published 23 November 2026, 12:00 UTC"


def test_the_day_in_utc_is_said_where_it_is_another() -> None:
    late = replace(alert(), published=instant(at=datetime(2026, 11, 23, 22, 30, tzinfo=UTC)))
    assert when(late, "Asia/Almaty").endswith("(23 November, 22:30 UTC)")


def test_a_day_without_a_time_is_uncertain() -> None:
    midnight_in_minsk = datetime(2019, 9, 2, 21, 0, tzinfo=UTC)
    one = replace(alert(), published=instant(precision=Precision.DAY, at=midnight_in_minsk))
    assert when(one) == "Published 3 September 2019, time not stated: date uncertain"


def test_no_date_at_all_is_uncertain_and_says_when_it_was_seen() -> None:
    said = when(replace(alert(), published=None))
    assert "date uncertain" in said
    assert "First seen 23 November 2026, 12:01 UTC" in said


def test_terms_inside_a_word_of_chinese_are_bold_all_the_same() -> None:
    (line,) = quoted(*evidence("双方讨论反恐怖主义合作问题", "反恐怖主义"))
    assert "\u200b*反恐怖主义*\u200b" in line


def test_false_offsets_cost_the_bold_and_not_the_sentence() -> None:
    wrong = replace(evidence(SENTENCE, "cooperation")[0], start=-5, end=900)
    assert quoted(wrong) == [f"> {SENTENCE}"]


def test_terms_that_overlap_are_marked_once() -> None:
    found = evidence("a counter-terrorism cooperation pact", "counter-terrorism", "terrorism coop")
    assert quoted(*found) == ["> a *counter-terrorism coop*\u200beration pact"]


def test_a_sentence_keeps_its_blanks() -> None:
    sentence = "First  terror \n and peace."
    assert quoted(*evidence(sentence, "terror")) == ["> First *terror* and peace."]


def test_a_long_sentence_is_cut_around_its_terms() -> None:
    sentence = "word " * 400 + "counter-terrorism pact " + "tail " * 400
    (line,) = quoted(*evidence(sentence, "counter-terrorism"))
    assert line.startswith("> … word")
    assert "*counter-terrorism*" in line
    assert len(line) < 760


def test_the_most_telling_sentences_are_shown_in_their_order() -> None:
    found = []
    for number in range(6):
        sentence = f"Sentence {number} on terror" + (" and pacts" if number in {1, 4} else "") + "."
        terms = ["terror", "pacts"] if number in {1, 4} else ["terror"]
        found += evidence(sentence, *terms, start=number * 100)
    assert [line.split()[2] for line in quoted(*found)] == ["0", "1", "4"]


def test_the_headline_is_not_quoted_where_the_text_can_be() -> None:
    title = evidence("CIS and UN widen counter-terrorism work", "counter-terrorism", part="title")
    assert len(quoted(*title, *evidence(SENTENCE, "cooperation"))) == 1
    assert quoted(*title) == ["> CIS and UN widen *counter-terrorism* work"]


def test_a_lead_that_a_quotation_holds_behind_its_dateline_is_not_said_again() -> None:
    one = replace(alert(), lead=SENTENCE)
    (match,) = one.matches
    dateline = "MINSK, 24 November (BelTA) – "
    quoted = tuple(
        replace(
            found,
            sentence=dateline + found.sentence,
            start=found.start + len(dateline),
            end=found.end + len(dateline),
        )
        for found in match.evidence
    )
    one = replace(one, matches=(replace(match, evidence=quoted),))
    assert drawn(one).replace("*", "").count(SENTENCE) == 1


def test_the_lead_is_not_said_twice() -> None:
    one = replace(alert(), lead=SENTENCE)
    assert drawn(one).count("They agreed") == 1


def test_a_hostile_story_cannot_ping_or_link() -> None:
    nasty = replace(match(), title=HOSTILE, reason=HOSTILE, topics=(HOSTILE,))
    nasty = replace(nasty, evidence=tuple(evidence(HOSTILE, "click")))
    one = replace(
        alert(HOSTILE),
        lead=HOSTILE,
        credit=HOSTILE,
        source_title=HOSTILE,
        country=HOSTILE,
        entities=(EntityHit(id="x", name=HOSTILE, type="body"),),
        matches=(nasty,),
    )
    message = compose(one, timezone="UTC")
    for text in (drawn(one), fallback(message), plain(message)):
        assert "<!" not in text
        assert "<@" not in text
        assert "@here" not in text
        assert "<https://evil" not in text
        assert "\u202e" not in text
    assert refusal({"text": fallback(message), "blocks": blocks(message)}) == ""


@given(
    words=st.text(alphabet=st.sampled_from("ab &<>*@|中\n "), max_size=4000),
    count=st.integers(0, 60),
)
def test_no_story_is_too_long_for_slack(words: str, count: int) -> None:
    long = tuple(
        Evidence(term="x", start=n, end=n + 1, part="text", sentence=words, sentence_start=0)
        for n in range(0, count * 7, 7)
    )
    matches = (replace(match(), title=words, reason=words, topics=(words,) * 9, evidence=long),) * 5
    names = tuple(EntityHit(id=str(n), name=f"{words}{n}", type="body") for n in range(count))
    one = replace(alert(words), lead=words, credit=words, matches=matches, entities=names)
    message = compose(one, timezone="Europe/Minsk")
    sent = {"text": fallback(message), "blocks": blocks(message)}
    assert refusal(sent) == "", json.dumps(sent)[:2000]
    assert len(plain(message)) <= 4000


def test_nothing_is_missing_where_everything_is() -> None:
    bare = Alert(
        story_id=1,
        kind="story",
        source_name="wire",
        source_title="",
        country="",
        url="javascript:alert(1)",
        title="\u200b",
        published=None,
        first_seen=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=1),
    )
    assert "(no headline)" in drawn(bare)
    assert "javascript" not in drawn(bare)


def test_a_digest_names_its_stories_and_links_them() -> None:
    at = datetime(2019, 9, 3, 10, 30, tzinfo=UTC)
    story = Headline(
        title="Services <met> @here",
        url="https://wire.example/1",
        published_at=at,
        rule="ct",
        score=9,
    )
    digest = replace(
        alert("Backfill 7: 12 stories flagged", story_id=0),
        kind="digest-7",
        url="",
        matches=(),
        stories=(story,) * 30,
    )
    assert Alert.from_json(digest.to_json()) == digest
    message = compose(digest, timezone="Europe/Minsk")
    said = {"channel": "C0ALERTS", "text": fallback(message), "blocks": blocks(message)}
    assert refusal(said) == ""
    shown = drawn(digest, timezone="Europe/Minsk")
    assert "Backfill 7: 12 stories flagged" in shown
    assert "3 September 2019, 13:30 Europe/Minsk (10:30 UTC)" in shown
    assert shown.count("<https://wire.example/1|") == 10


def test_a_digest_groups_its_stories_by_topic() -> None:
    stories = tuple(
        Headline(title=f"{topic} {number}", url="https://wire.example/1", topic=topic)
        for number in range(4)
        for topic in ("terror", "energy")
    )
    digest = replace(
        alert("Digest: 99 stories", story_id=0),
        kind="digest-held-7",
        url="",
        matches=(),
        stories=stories,
        topics=(
            Tally(topic="terror", count=60),
            Tally(topic="energy", count=1),
            *(Tally(topic=f"topic {n}", count=2) for n in range(19)),
        ),
    )
    assert Alert.from_json(digest.to_json()) == digest
    lines = [line.text for line in compose(digest, timezone="UTC").lines]
    terror, energy = lines.index("terror — 60 stories"), lines.index("energy — 1 story")
    assert all(line.startswith("terror ") for line in lines[terror + 1 : energy])
    assert all(line.startswith("energy ") for line in lines[energy + 1 : energy + 5])
    assert lines[-1] == "and 18 of 9 more topics"


LONG_URL = "https://wire.example/" + "a" * 1400


@given(words=st.text(max_size=900) | st.sampled_from([HOSTILE * 9, "a:" * 500, ">&<" * 300]))
def test_no_digest_and_no_reply_is_too_long_for_slack(words: str) -> None:
    story = Headline(title=words, url=LONG_URL, rule=words, score=9)
    digest = replace(alert(words, story_id=0), kind="digest-7", lead=words, stories=(story,) * 30)
    turn = StoryEvent(
        what=EventKind.REVISION,
        earlier_title=words,
        added=(words,) * 5,
        removed=(words,) * 5,
        figures_added=(words,) * 5,
    )
    reply = replace(alert(words), kind="reply-1", parent="1", url=LONG_URL, turn=turn)
    outlets = tuple(Outlet(site=f"{n}", name=f"{words}{n}") for n in range(60))
    standing = StoryStatus(outlets=outlets, revised=3, related=2, withdrawn=words)
    story_now = replace(alert(words), standing=standing)
    gone = replace(reply, turn=StoryEvent(what=EventKind.WITHDRAWAL, said=words))
    for one in (digest, reply, story_now, gone):
        message = compose(one, timezone="Europe/Minsk")
        assert refusal({"text": fallback(message), "blocks": blocks(message)}) == ""
        drawn_all = json.dumps(blocks(message)) + fallback(message) + plain(message)
        assert not re.search(r"<[!@#]", drawn_all)


def test_what_does_not_fit_into_a_digest_is_marked() -> None:
    story = Headline(title="Services met", url=LONG_URL, rule="ct", score=9)
    digest = replace(alert(story_id=0), kind="digest-7", matches=(), stories=(story,) * 10)
    assert blocks(compose(digest, timezone="UTC"))[-1]["text"]["text"].endswith("…")
