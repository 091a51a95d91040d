"""Who is told of a story: matchers, order, the default, and errors that name the route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from crawler.config.config import Config, load
from crawler.config.routes import Matcher
from crawler.config.routing import channels, misses, steps, words
from crawler.model.exceptions import Unusable
from tests.sample_alerts import alert, match

if TYPE_CHECKING:
    from pathlib import Path

CHANNELS = [{"name": name, "kind": "terminal"} for name in ("desk", "night", "ops")]


def configured(*routes: dict[str, Any]) -> Config:
    return Config(channel=CHANNELS, ops={"channels": ["ops"]}, route=list(routes))


@pytest.mark.parametrize(
    "matcher",
    [
        {"topic": "counter-terrorism"},
        {"topic": ["energy", "counter-*"]},
        {"rule": "ct-cooperation"},
        {"severity": "normal"},
        {"severity": "high"},
        {"source": "belta"},
        {"country": "by"},
        {"entity": "cis"},
        {"entity": "state"},
        {"language": "en"},
        {"topic": "counter-terrorism", "source": ["tass", "belta"], "severity": "high"},
    ],
)
def test_a_matcher_holds(matcher: dict[str, Any]) -> None:
    assert misses(Matcher(**matcher), alert()) == ""


@pytest.mark.parametrize(
    ("matcher", "why"),
    [
        ({"topic": "energy"}, "it wants topic energy; the story has counter-terrorism"),
        ({"rule": ["a", "b"]}, "it wants rule a or b; the story has ct-cooperation"),
        ({"severity": "critical"}, "it wants severity critical or more; the story has high"),
        ({"source": "tass"}, "it wants source tass; the story has belta"),
        ({"country": "ru"}, "it wants country RU; the story has BY"),
        ({"entity": "group"}, "it wants entity group; the story has body, by, cis, state, un"),
        ({"language": "fr", "source": "belta"}, "it wants language fr; the story has en"),
    ],
)
def test_a_matcher_that_does_not_hold_says_why(matcher: dict[str, Any], why: str) -> None:
    assert misses(Matcher(**matcher), alert()) == why


def test_topic_and_severity_are_those_of_one_match() -> None:
    mild = replace(match(), rule="energy", topics=("energy",), severity="low")
    both = replace(alert(), matches=(match(), mild))
    assert misses(Matcher(topic="energy", severity="low"), both) == ""
    assert misses(Matcher(topic="energy", severity="high"), both)


def test_the_first_route_that_matches_decides() -> None:
    config = configured({"source": "belta", "channels": "night"}, {"channels": ["desk", "ops"]})
    assert channels(config, alert()) == ("night",)
    assert channels(config, replace(alert(), source_name="tass")) == ("desk", "ops")


def test_a_route_that_continues_lets_the_next_be_asked() -> None:
    config = configured(
        {"severity": "high", "channels": ["night"], "continue": True},
        {"topic": "energy", "channels": ["ops"]},
        {"channels": ["desk", "night"]},
    )
    assert channels(config, alert()) == ("night", "desk")
    assert [(step.route, step.channels) for step in steps(config, alert())] == [
        ("route[0]", ("night",)),
        ("route[1]", ()),
        ("route[2]", ("desk", "night")),
    ]


def test_without_a_route_everything_goes_everywhere_but_to_operators() -> None:
    assert channels(configured(), alert()) == ("desk", "night")
    assert channels(configured({"topic": "energy", "channels": "ops"}), alert()) == (
        "desk",
        "night",
    )


def test_a_channel_that_is_alone_gets_the_stories_too() -> None:
    config = Config(channel=CHANNELS[:1], ops={"channels": ["desk"]})
    assert channels(config, alert()) == ("desk",)


def test_a_matcher_is_said_in_words() -> None:
    said = words(Matcher(rule=["a", "b"], severity="high"))
    assert said == "rule a or b, severity high or more"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[[route]]\nchannels = ["dsk"]', "route[0].channels: no [[channel]] is named 'dsk'; did"),
        ('[[route]]\ntopic = []\nchannels = "desk"', "route[0].topic = a list: expected at least"),
        ('[[route]]\ntopic = " "\nchannels = "desk"', "expected at least one"),
        ("[[route]]\nchannels = []", "route[0].channels = a list: expected at least one"),
        ('[[route]]\ntopic = "x"', "route[0].channels is missing."),
        (
            '[[route]]\nseverity = "hihg"\nchannels = "desk"',
            "route[0].severity = \"hihg\": expected 'low', 'normal', 'high' or 'critical'; did you",
        ),
        ('[[route]]\ntopik = "x"\nchannels = "desk"', "route[0].topik is not a setting; did you"),
        ('[[route]]\ncontinu = true\nchannels = "desk"', "did you mean continue?"),
        (
            '[[route]]\nchannels = "desk"\n[[route]]\ntopic = "x"\nchannels = "desk"',
            "route[1] is never reached, for route[0] takes every story",
        ),
        ('[ops]\nchannels = ["opps"]', "ops.channels: no [[channel]] is named 'opps'"),
        ('[route]\nchannels = "desk"', "[[route]], in double brackets"),
    ],
)
def test_a_wrong_route_is_named(tmp_path: Path, toml: str, said: str) -> None:
    file = tmp_path / "wirewatch.toml"
    declared = '[[channel]]\nname = "desk"\nkind = "terminal"\n'
    file.write_text(f"{declared}{toml}\n", encoding="utf-8")
    with pytest.raises(Unusable) as error:
        load(file)
    assert said in str(error.value)
    assert str(file) in str(error.value)
