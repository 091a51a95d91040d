"""A rule set flags the stories that staff wait for, says why, and refuses bad rules."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.model.exceptions import Unusable
from pipelines.rules import RuleSet

if TYPE_CHECKING:
    from crawler.model.items import Match

SEEDS = Path(__file__).parents[3].parent / "shared" / "seed"
BODIES = {"cis", "un", "unoct", "osce", "sco", "csto"}
# A story of the kind that the whole program exists for, told in words of our own.
TWIN_TITLE = "CIS backs the UN's lead on countering terror, says its executive secretary"
TWIN = """\
MINSK. For the Commonwealth of Independent States (CIS), countering terrorism is among the first \
tasks, and it accepts that the United Nations coordinates this work. So the executive secretary of \
the CIS told an international conference in Minsk on 3 September, BelTA has learned.

New tools reach criminals as fast as they reach everyone else, he went on. A programme of three \
years tells the CIS states what each of them does about it.

The financial intelligence units of the CIS work together more closely to find money on its way to \
terrorist groups. In all this the CIS cooperates with the UN Counter-Terrorism Office and with the \
OSCE, the SCO and the CSTO.
"""


def only(matches: tuple[Match, ...]) -> Match:
    assert len(matches) == 1
    return matches[0]


def test_the_story_the_program_was_made_for_is_flagged(rule_set: RuleSet) -> None:
    found = rule_set.match(TWIN_TITLE, TWIN, "en")
    match = only(found.matches)
    assert match.rule == "ct_cooperation"
    assert match.score >= match.threshold
    assert {entity.id for entity in found.entities} >= BODIES


def test_it_is_flagged_without_its_headline_too(rule_set: RuleSet) -> None:
    assert only(rule_set.match("", TWIN).matches).entities


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed stories are not on this machine")
def test_every_seed_story_is_flagged_with_its_bodies() -> None:
    rule_set = RuleSet.load()
    for seed in SEEDS.glob("*.txt"):
        found = rule_set.match("", seed.read_text(encoding="utf-8"), "en")
        assert found.matches
        assert {entity.id for entity in found.entities} >= BODIES


def test_the_reason_is_one_line_that_staff_can_read(rule_set: RuleSet) -> None:
    found = rule_set.match(
        "OSCE and CIS agree on counter-terrorism cooperation", "Experts of both met in Vienna."
    )
    reason = only(found.matches).reason
    assert '"counter-terrorism" with "cooperation" in the headline' in reason
    assert "OSCE, CIS named" in reason
    assert "threshold 6" in reason
    assert "\n" not in reason


def test_evidence_points_into_the_original_text(rule_set: RuleSet) -> None:
    text = (
        "Введение.\n\nМинистры «обсудили» сотруд\u00adничество в борьбе с терроризмом: ОДКБ — за."
    )
    match = only(rule_set.match("ОДКБ и ШОС против терроризма", text, "ru").matches)
    fields = {"title": "ОДКБ и ШОС против терроризма", "text": text}
    assert {one.part for one in match.evidence} == {"title", "text"}
    for one in match.evidence:
        field = fields[one.part]
        assert field[one.start : one.end] == one.term
        assert field[one.sentence_start :].startswith(one.sentence)
        assert one.sentence_start <= one.start < one.end
        assert one.end <= one.sentence_start + len(one.sentence)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Uzbek and Tajik services hold a joint anti-terror drill", ""),
        ("Egmont Group members trade notes on terrorist financing", "Analysts met in Luxembourg."),
        ("India and France renew their counterterrorism dialogue", ""),
        ("В Ташкенте прошло заседание Совета РАТС ШОС", "Речь шла о борьбе с терроризмом."),
        ("Беларусь и Китай договорились вместе бороться с терроризмом", ""),
        ("Россия выдала Казахстану обвиняемого в терроризме", ""),
        ("两国元首会见记者", "中国和乌兹别克斯坦将加强反恐合作，共同打击“三股势力”。"),
        ("", "اتفقت السعودية والأردن على تعزيز التعاون المشترك في مكافحة الإرهاب."),
    ],
)
def test_working_together_against_terrorism_is_flagged(
    rule_set: RuleSet, title: str, text: str
) -> None:
    assert rule_set.match(title, text).matches


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Gunmen kill nine in a market", "Terrorists attacked a market in Mali on Friday."),
        ("Court jails four over bomb plot", "A court in Almaty jailed four men for terrorism."),
        ("Parliament passes a counter-terrorism law", "Members voted on Tuesday in London."),
        ("SCO leaders sign a trade agreement", "The SCO states agreed to cooperate on railways."),
        ("Kazakhstan wins at ice hockey", "The match against Belarus ended three to one."),
        ("Firms adopt the CIS Controls", "Vendors cooperate on anti-malware tools."),
        ("Президент выразил соболезнования в связи с терактом", "Погибли шесть человек."),
        ("ФСБ предотвратила теракт", "В городе задержан сторонник террористической группы."),
        ("", ""),
    ],
)
def test_other_stories_with_the_same_words_are_not(
    rule_set: RuleSet, title: str, text: str
) -> None:
    assert not rule_set.match(title, text).matches


def test_a_book_goes_to_another_process_and_finds_the_same(rule_set: RuleSet) -> None:
    sent = pickle.loads(pickle.dumps(rule_set))  # noqa: S301 - our own, made a line ago
    assert sent.match(TWIN_TITLE, TWIN) == rule_set.match(TWIN_TITLE, TWIN)


@pytest.mark.parametrize(
    "piece",
    ["fight against ", "US terrorism cooperation ", "терроризм ", "a.\n", "\u00ad . ", "OSCE — "],
)
@pytest.mark.timeout(20)
def test_a_hostile_text_cannot_keep_the_rules_busy(rule_set: RuleSet, piece: str) -> None:
    rule_set.match(piece * 20, piece * (300_000 // len(piece)))


def test_a_folder_adds_rules_to_those_that_ship(folder: Path, rule_text: str) -> None:
    (folder / "rules" / "harbour.toml").write_text(rule_text, encoding="utf-8")
    rule_set = RuleSet.load([folder])
    assert {rule.id for rule in rule_set.rules} == {"ct_cooperation", "harbour_works"}
    match = only(rule_set.match("Dredging of both harbours ends", "").matches)
    assert (match.rule, match.severity, match.topics) == ("harbour_works", "normal", ("harbours",))


def test_the_version_changes_with_the_rule_and_only_then(folder: Path, rule_text: str) -> None:
    path = folder / "rules" / "harbour.toml"

    def version(text: str) -> str:
        path.write_text(text, encoding="utf-8")
        rules = RuleSet.load([folder]).rules
        return next(rule.version for rule in rules if rule.id == "harbour_works")

    first = version(rule_text)
    assert version(f"# a comment\n{rule_text}") == first
    assert version(rule_text.replace("threshold = 2", "threshold = 1.5")) != first


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity", "severety", "severety is not a key of this table; did you mean severity"),
        ('severity = "normal"', 'severity = "huge"', "severity"),
        ('title = "Harbour works"', "", "title is missing"),
        ("$harbour AND", "$harbor AND", r"harbour.toml:16:24: clues\[1\].*did you mean \$harbour"),
        ("$harbour AND", "@nowhere AND", r"no entity has 'nowhere'"),
        ("$harbour AND", "$harbour and", r"harbour.toml:16:33: .*expected AND in capitals"),
        ("$harbour AND $work", "$work AND", r"expected a term, .* found '\)'"),
        ("SAME SENTENCE(", "NOT (", "could fire on an empty article"),
        ("harbour*", "ha*", r"terms\.harbour\.en.*at least 3 letters"),
        (
            'title = "Harbour lights"',
            'title = "Harbour dredging"',
            r"examples\.must_not\[1\].*fires",
        ),
        ("Dredging of the harbour begins", "Nothing", r"examples\.must\[1\].*does not fire"),
        ('[[examples.must_not]]\ntitle = "Harbour lights"', "", "examples.must_not is missing"),
        ('topics = ["harbours"]', "topics = [", "not valid TOML"),
        ('id = "harbour_works"', 'id = "ct_cooperation"', "is in .*ct_cooperation.toml already"),
    ],
)
def test_a_bad_rule_is_refused_by_file_and_key(
    folder: Path, rule_text: str, old: str, new: str, said: str
) -> None:
    path = folder / "rules" / "harbour.toml"
    assert old in rule_text
    path.write_text(rule_text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Unusable, match=said) as refused:
        RuleSet.load([folder])
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'id = "cis"\ntype = "body"\nname = "x"\nnames.en = ["Xyzzy"]',
            "declared in .*eurasia.toml",
        ),
        ('id = "x"\ntype = "thing"\nname = "x"\nnames.en = ["Xyzzy"]', r"entity\[1\]\.type"),
        ('id = "x"\ntype = "body"\nname = "x"\nnames.en = ["Xy*"]', "at least 3 letters"),
        ('id = "x"\ntype = "body"\nname = "x"\nnames.en = ["X"]\nparent = "y"', "refers to 'y'"),
    ],
)
def test_a_bad_entity_is_refused_by_file_and_key(folder: Path, text: str, said: str) -> None:
    (folder / "entities" / "mine.toml").write_text(f"[[entity]]\n{text}\n", encoding="utf-8")
    with pytest.raises(Unusable, match=said):
        RuleSet.load([folder])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="missing-rules"):
        RuleSet.load([tmp_path / "missing-rules"])
