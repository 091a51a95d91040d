"""A condition holds where its items stand together, and nowhere else."""

from __future__ import annotations

import pytest

from pipelines.rules.conditions import Scene, compound
from pipelines.rules.files import Condition
from pipelines.rules.reading import TITLE, Found


def at(word: int, sentence: int = 0, what: str = "x") -> Found:
    """One word of six characters at a place in a sentence."""
    start = word * 7
    return Found(
        what=what,
        label=what,
        start=start,
        end=start + 6,
        sentence=sentence,
        at=word,
        to=word,
    )


def holds(condition: Condition, **sightings: list[Found]) -> bool:
    named = {name.replace("at_", "@"): found for name, found in sightings.items()}
    return Scene(named).holds(condition)


def test_two_groups_in_one_sentence_are_together() -> None:
    both = Condition(all=["a", "b"])
    assert holds(both, a=[at(1)], b=[at(9)])
    assert not holds(both, a=[at(1, 0)], b=[at(9, 1)])


def test_near_counts_words() -> None:
    near = Condition(all=["a", "b"], near=3)
    assert holds(near, a=[at(1)], b=[at(4)])
    assert not holds(near, a=[at(1)], b=[at(5)])
    assert holds(near, a=[at(1), at(7)], b=[at(5)])


def test_one_word_is_no_proof_of_two_things() -> None:
    assert not holds(Condition(all=["a", "b"], near=3), a=[at(1)], b=[at(1)])


def test_the_article_holds_what_its_sentences_hold_apart() -> None:
    assert holds(Condition(all=["a", "b"], within="article"), a=[at(1, 0)], b=[at(1, 40)])


def test_the_lead_is_the_headline_and_the_first_sentences() -> None:
    lead = Condition(all=["a", "b"], within="lead")
    assert holds(lead, a=[at(1, TITLE)], b=[at(1, 2)])
    assert not holds(lead, a=[at(1, TITLE)], b=[at(1, 3)])


def test_two_different_ones_are_not_one_named_twice() -> None:
    two = Condition(any=["@state:2"], within="article")
    assert not holds(two, at_state=[at(1, what="kz"), at(5, what="kz")])
    assert holds(two, at_state=[at(1, what="kz"), at(5, what="kg")])


def test_an_item_may_look_at_the_headline_from_a_sentence() -> None:
    asked = Condition(all=["a", "title:b"])
    assert holds(asked, a=[at(1, 7)], b=[at(1, TITLE)])
    assert not holds(asked, a=[at(1, 7)], b=[at(2, 7)])


def test_none_forbids() -> None:
    asked = Condition(all=["a"], none=["b"])
    assert holds(asked, a=[at(1)])
    assert not holds(asked, a=[at(1)], b=[at(4)])


@pytest.mark.parametrize(("word", "made"), [(2, True), (5, True), (6, False), (0, False)])
def test_a_compound_is_one_thing_after_another_with_a_gap_at_most(word: int, made: bool) -> None:
    found = list(compound([at(1)], [at(word)], 3))
    assert bool(found) is made
    if made:
        assert (found[0].start, found[0].end) == (at(1).start, at(word).end)
