"""A wrong configuration gives one message that names the key and the file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.config import load
from crawler.errors import Unusable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WIREWATCH_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


def written(folder: Path, text: str) -> Path:
    file = folder / "desk.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_the_defaults_hold_and_the_terminal_is_the_channel() -> None:
    config = load()
    assert config.crawl.interval == timedelta(minutes=5)
    assert [channel.kind for channel in config.channels] == ["terminal"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('enabld = ["tass"]', r"desk\.toml: enabld is not a setting; did you mean enabled\?"),
        ("[crawl]\nintervall = 5", "crawl.intervall is not a setting; did you mean interval"),
        ('[crawl]\ninterval = "soon"', "crawl.interval: expected a duration"),
        ('[crawl]\ninterval = "0s"', "crawl.interval: Input should be greater than"),
        ('[alerts]\ntimezone = "Minsk"', "alerts.timezone: 'Minsk' is not a time zone"),
        ('[[source]]\nname = "a"', r"source\[0\]: give at least one of feeds"),
        ('[[source]]\nname = "a"\nlistings = ["https://a.example"]', "listings need article_urls"),
        ('[[source]]\nname = "a"\nfeeds = ["a.example/rss"]', "is not a web address"),
        ('[[source]]\nname = "a"\nfeed = "x"', "feed is not a setting; did you mean feeds"),
        (
            '[[source]]\nname = "a"\nfeeds = ["https://a.example"]\narticle_urls = "("',
            "not a regular expression",
        ),
        ('[[channel]]\nname = "desk"\nkind = "slack"', "needs target"),
        ('[[channel]]\nname = "desk"\nkind = "telegram"', r"channel\[0\].kind"),
        ("[store\nurl = 1", "not valid TOML"),
        (
            '[[channel]]\nname="a"\nkind="terminal"\n[[channel]]\nname="a"\nkind="terminal"',
            r"two \[\[channel\]\] tables are named 'a'",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        load(written(tmp_path, text))


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    file = written(tmp_path, '[slack]\ntoken = "xoxb-do-not-show"')
    with pytest.raises(Unusable, match="WIREWATCH_SLACK__TOKEN") as refused:
        load(file)
    assert "xoxb-do-not-show" not in str(refused.value)


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_CRAWL__INTERVAL", "90s")
    config = load(written(tmp_path, '[crawl]\ninterval = "5m"\ncontact = "desk@wire.example"'))
    assert config.crawl.interval == timedelta(seconds=90)
    assert config.crawl.contact == "desk@wire.example"


def test_a_token_can_come_from_a_file_and_never_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "token"
    secret.write_text("xoxb-from-a-file\n", encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_SLACK__TOKEN_FILE", str(secret))
    config = load()
    assert config.slack.token is not None
    assert config.slack.token.get_secret_value() == "xoxb-from-a-file"
    assert "xoxb" not in repr(config)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WIREWATCH_STORE__ULR", "x", "did you mean WIREWATCH_STORE__URL"),
        ("WIREWATCH_SLACK__TOKEN_FILE", "/nowhere/token", "No such file"),
        ("WIREWATCH_CONFIG", "/nowhere/desk.toml", "there is no such file"),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Unusable, match=said):
        load()


@pytest.mark.parametrize(("written", "seconds"), [('"0s"', 0.0), ("0", 0.0), ('"2s"', 2.0)])
def test_the_pause_may_be_nothing(tmp_path: Path, written: str, seconds: float) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f"[crawl]\ndelay = {written}\n")
    assert load(file).crawl.delay.total_seconds() == seconds


@pytest.mark.parametrize("written", ['"fast"', "-1", "true"])
def test_a_pause_that_is_none_is_told_in_plain_words(tmp_path: Path, written: str) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f"[crawl]\ndelay = {written}\n")
    with pytest.raises(Unusable, match=r"crawl\.delay: expected 0 or a duration such as '2s'"):
        load(file)
