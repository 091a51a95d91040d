"""A wrong configuration gives one message that names the key and the file."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.config.config import Config, load
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from pathlib import Path


PYDANTIC = re.compile(
    r"Input should|valid (integer|string|list|boolean)|Value error|Field required"
)


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
        ('[crawl]\ninterval = "soon"', r'crawl\.interval = "soon": expected a duration'),
        ('[crawl]\ninterval = "0s"', r'crawl\.interval = "0s": expected a duration'),
        ("[alerts]\nmax_age = inf", "alerts.max_age = Infinity: expected a duration"),
        ('[alerts]\nlease = "1s"', "alerts.lease = 1 s: expected 2 seconds or more"),
        ('[crawl]\nrequests_per_host = "two"', '= "two": expected a whole number'),
        ("[crawl]\nrequests_per_host = 99", "requests_per_host = 99: expected 16 or less"),
        ('[alerts]\nalert_baseline = "maybe"', '= "maybe": expected true or false'),
        ('enabled = "tass"', 'enabled = "tass": expected a list of texts'),
        ("enabled = [1]", r"enabled\[0\] = 1: expected text in quotes"),
        ("[rules]\nfolders = [1]", r"rules\.folders\[0\] = 1: expected text in quotes"),
        ("crawl = 5", r"crawl = a value: expected a table: \[crawl\]"),
        ("[[crawl]]\ndelay = 1", r"expected a table: \[crawl\], in single brackets"),
        ('[source]\nname = "a"', r"source = a table: expected \[\[source\]\], in double brackets"),
        ('interval = "5m"', "interval is not a setting; did you mean crawl.interval or"),
        ('[[channel]]\nkind = "terminal"', r"channel\[0\]\.name is missing\. What routes"),
        ('[[channel]]\nname = "A"\nkind = "terminal"', "expected small letters"),
        (
            '[[channel]]\nname = "a"\nkind = "slak"',
            "one of .+, jsonl, .+; did you mean slack",
        ),
        ('[alerts]\ntimezone = "Minsk"', '= "Minsk": expected the name of a time zone'),
        ('[alerts]\ntimezone = "Europe/Minks"', "did you mean Europe/Minsk?"),
        ('[[source]]\nname = "a"', r"source\[0\]: give at least one of feeds"),
        ('[[source]]\nname = "a"\nlistings = ["https://a.example"]', "listings need article_urls"),
        (
            '[[source]]\nname = "a"\nfeeds = ["a.example/rss"]',
            r"feeds\[0\] = .+ expected a web address",
        ),
        ('[[source]]\nname = "a"\nfeed = "x"', "feed is not a setting; did you mean feeds"),
        (
            '[[source]]\nname = "a"\nfeeds = ["https://a.example"]\narticle_urls = "("',
            "expected a regular expression",
        ),
        (
            '[[channel]]\nname = "desk"\nkind = "fax"',
            r'\.kind = "fax": expected one of apprise, jsonl, slack, terminal, webhook$',
        ),
        ("[store\nurl = 1", "not valid TOML"),
        ('[metrics]\nlisten = "foo"', r'listen = "foo": expected host:port, such as'),
        ('[websub]\nlisten = ""', r'listen = "": expected host:port, such as'),
        ('[ops]\ndaily = "0 0 31 2 *"', "no such day, so it never comes"),
        (
            '[[channel]]\nname="a"\nkind="terminal"\n[[channel]]\nname="a"\nkind="terminal"',
            r"two \[\[channel\]\] tables are named 'a'",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unusable, match=said) as refused:
        load(written(tmp_path, text))
    assert str(refused.value).startswith(str(tmp_path / "desk.toml"))
    assert not PYDANTIC.search(str(refused.value))


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_bytes(b"\xef\xbb\xbf" + b'[crawl]\r\ncontact = "desk@example.org"\r\n')
    assert load(file).crawl.contact == "desk@example.org"
    assert load(file).file == file


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("# a\n".encode("utf-16"), "desk.toml: it is written in UTF-16; save it as UTF-8"),
        (
            "# a\n# Écrit".encode("cp1252"),
            r"desk.toml: line 2 is not UTF-8 \(.*Windows-1252\); save",
        ),
        (
            "# a\n\n# Текст".encode("cp1251"),
            r"desk.toml: line 3 .*Windows-1251\); save it as UTF-8",
        ),
    ],
)
def test_another_encoding_is_named_with_its_line(tmp_path: Path, written: bytes, said: str) -> None:
    file = tmp_path / "desk.toml"
    file.write_bytes(written)
    with pytest.raises(Unusable, match=said):
        load(file)


@pytest.mark.parametrize(
    "text",
    [
        '[[slack]]\ntoken = "xoxb-hidden"',
        '[slack]\ntokn = "xoxb-hidden"',
        'slack = "xoxb-hidden"',
        '[slack]\nbase_url = "xoxb-hidden"',
        '[slack]\nbase_url = "ftp://desk:hidden@slack.example"',
        'store = "postgresql://desk:hidden@db/wire"',
        '[store]\nurl = ["postgresql://desk:hidden@db/wire"]',
        '[store]\nulr = "postgresql://desk:hidden@db/wire"',
    ],
)
def test_no_message_repeats_a_secret(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unusable) as refused:
        load(written(tmp_path, text))
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WIREWATCH_CRAWL__MAX_TRIES", "two", 'crawl.max_tries = "two": expected a whole number'),
        ("wirewatch_crawl__delay", "x", 'crawl.delay = "x": expected 0 or a duration'),
        ("WIREWATCH_CRAWL", '{"delay": "x"}', 'crawl.delay = "x": expected 0 or a duration'),
        ("WIREWATCH_CHANNEL", '[{"name": "a"}]', "channel[0].kind is missing"),
        ("WIREWATCH_ENABLED", "tass", "enabled: expected JSON"),
        ("WIREWATCH_RULES__FOLDERS", "mine", "rules.folders: expected JSON"),
        ("WIREWATCH_STORE", "postgresql://u:hidden@h/n", "store: expected JSON"),
    ],
)
def test_a_variable_is_blamed_for_what_it_says_and_the_file_for_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Unusable) as refused:
        load(written(tmp_path, '[alerts]\nlease = "long"\n[crawl]\nmax_tries = 3'))
    lines = str(refused.value).splitlines()
    assert any(line.startswith(f"{name.upper()}: {said}") for line in lines)
    assert not any(line.startswith(str(tmp_path)) and said in line for line in lines)
    assert "hidden" not in str(refused.value)


def test_a_file_that_a_variable_names_is_blamed_by_that_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "interval"
    given.write_text("soon\n", encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_CRAWL__INTERVAL_FILE", str(given))
    with pytest.raises(Unusable, match=r"^WIREWATCH_CRAWL__INTERVAL_FILE: crawl.interval = \"soon"):
        load(written(tmp_path, ""))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('body = "div["', r'source\[0\]\.body = "div\[": expected a CSS selector of an element'),
        ('date = "time:first-of"', r"date = .+: expected a CSS selector of an element"),
        ('next_page = "a::attr(href)"', r"next_page = .+: expected a CSS selector of an element"),
        ('cron = "* * * *"', r'cron = "\* \* \* \*": expected a cron expression such as'),
        ('cron = "61 * * * *"', "expected a cron expression such as"),
    ],
)
def test_selectors_and_schedules_are_checked_before_the_first_poll(
    tmp_path: Path, setting: str, said: str
) -> None:
    with pytest.raises(Unusable, match=said):
        load(written(tmp_path, f'[[source]]\nname = "a"\nfeeds = ["https://a.example"]\n{setting}'))


def test_selectors_and_schedules_that_work_are_taken(tmp_path: Path) -> None:
    text = 'body = "div.text > p"\nnext_page = "a[rel=next]"\ncron = "*/10 6-22 * * mon-fri"'
    file = written(tmp_path, f'[[source]]\nname = "a"\nfeeds = ["https://a.example"]\n{text}')
    assert load(file).source[0].body == "div.text > p"


@pytest.mark.parametrize("key", ["token", "app_token"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    file = written(tmp_path, f'[slack]\n{key} = "xo-do-not-show"')
    with pytest.raises(Unusable, match=f"WIREWATCH_SLACK__{key.upper()}") as refused:
        load(file)
    assert "xo-do-not-show" not in str(refused.value)


def test_the_ping_is_a_secret_and_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unusable, match=r"ops\.ping is a secret.*WIREWATCH_OPS__PING"):
        load(written(tmp_path, '[ops]\nping = "https://hc.example/7f3a"'))
    monkeypatch.setenv("WIREWATCH_OPS__PING", "hc.example/7f3a")
    with pytest.raises(Unusable, match="expected a web address") as refused:
        load()
    assert "7f3a" not in str(refused.value)
    monkeypatch.setenv("WIREWATCH_OPS__PING", "https://hc.example/7f3a")
    assert "7f3a" not in repr(load())


@pytest.mark.parametrize("daily", ["", "07:00", "7:05", "0 8 * * mon-fri"])
def test_the_daily_message_has_a_time_or_a_cron_expression(tmp_path: Path, daily: str) -> None:
    assert load(written(tmp_path, f'[ops]\ndaily = "{daily}"')).ops.daily == daily


@pytest.mark.parametrize("daily", ["25:00", "noon"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, daily: str) -> None:
    with pytest.raises(Unusable, match=r"ops\.daily.*expected a time such as '07:00', or a cron"):
        load(written(tmp_path, f'[ops]\ndaily = "{daily}"'))


def test_whoever_is_told_of_gaps_is_declared(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"ops\.gaps: no \[\[channel\]\] is named 'nobody'"):
        load(written(tmp_path, '[ops]\ngaps = ["nobody"]'))


# -- the secrets of channels --------------------------------------------------------------------

TWO = """
[[channel]]
name = "duty"
kind = "webhook"
target = "https://a.example"

[[channel]]
name = "press"
kind = "webhook"
target = "https://b.example"
"""


def secrets_of(config: Config) -> list[str | None]:
    return [one.secret.get_secret_value() if one.secret else None for one in config.channel]


def test_two_channels_of_one_kind_have_different_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / "held"
    held.write_text("from-a-file\n", encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_CHANNEL__DUTY__SECRET", "from-the-environment")
    monkeypatch.setenv("WIREWATCH_CHANNEL__PRESS__SECRET_FILE", str(held))
    config = load(written(tmp_path, TWO))
    assert secrets_of(config) == ["from-the-environment", "from-a-file"]
    assert "from-" not in repr(config) + str(config.model_dump())


def test_a_secret_finds_a_channel_that_a_variable_declares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_CHANNEL", '[{"name": "duty", "kind": "webhook"}]')
    monkeypatch.setenv("WIREWATCH_CHANNEL__DUTY__SECRET", "of-duty")
    assert secrets_of(load(written(tmp_path, TWO))) == ["of-duty"]


def test_a_channel_without_a_secret_has_none(tmp_path: Path) -> None:
    assert secrets_of(load(written(tmp_path, TWO))) == [None, None]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WIREWATCH_CHANNEL__DUTTY__SECRET", "hidden", "no .+ did you mean .+__DUTY__SECRET"),
        ("WIREWATCH_CHANNEL__DUTY__SECRT", "hidden", "sets nothing that exists"),
        ("WIREWATCH_CHANNEL__DUTY__SECRET_FILE", "/nowhere/at/all", "_FILE: .+ No such file"),
        ("WIREWATCH_CHANNEL", '[{"name": "a", "kind": "webhook", "secret": 4711}]', "secret"),
    ],
)
def test_a_secret_that_reaches_nobody_is_named_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Unusable, match=said) as refused:
        load(written(tmp_path, TWO))
    assert name in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert "4711" not in str(refused.value)


def test_a_channels_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    file = written(tmp_path, f'{TWO}secret = "hidden"')
    with pytest.raises(Unusable, match=r"Set WIREWATCH_CHANNEL__PRESS__SECRET, or .+_FILE") as no:
        load(file)
    assert "hidden" not in str(no.value)


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_CRAWL__INTERVAL", "90s")
    config = load(written(tmp_path, '[crawl]\ninterval = "5m"\ncontact = "desk@wire.example"'))
    assert config.crawl.interval == timedelta(seconds=90)
    assert config.crawl.contact == "desk@wire.example"


@pytest.mark.parametrize("key", ["token", "app_token"])
def test_a_token_can_come_from_a_file_and_never_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("xo-from-a-file\n", encoding="utf-8")
    monkeypatch.setenv(f"WIREWATCH_SLACK__{key.upper()}_FILE", str(secret))
    config = load()
    assert getattr(config.slack, key).get_secret_value() == "xo-from-a-file"
    assert "xo-from" not in repr(config)


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


@pytest.mark.parametrize(
    ("written", "seconds"), [('"0s"', 0.0), ("0", 0.0), ('"0"', 0.0), ('"2s"', 2.0)]
)
def test_the_pause_may_be_nothing(tmp_path: Path, written: str, seconds: float) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f"[crawl]\ndelay = {written}\n")
    assert load(file).crawl.delay.total_seconds() == seconds


@pytest.mark.parametrize("written", ['"fast"', "-1", "true"])
def test_a_pause_that_is_none_is_told_in_plain_words(tmp_path: Path, written: str) -> None:
    file = tmp_path / "wirewatch.toml"
    file.write_text(f"[crawl]\ndelay = {written}\n")
    with pytest.raises(Unusable, match=r"crawl\.delay = .+: expected 0 or a duration such as '2s'"):
        load(file)


def test_a_relative_path_in_the_file_is_relative_to_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    text = (
        '[store]\nurl = "sqlite:///data/wire.db"\n[rules]\nfolders = ["mine", "/etc/rules"]\n'
        '[[channel]]\nname = "file"\nkind = "jsonl"\ntarget = "alerts.jsonl"'
    )
    config = load(written(folder, text))
    assert config.store.url == f"sqlite:///{folder}/data/wire.db"
    assert [str(one) for one in config.rules.folders] == [f"{folder}/mine", "/etc/rules"]
    assert config.channel[0].target == f"{folder}/alerts.jsonl"
    assert load(written(folder, "")).store.url == f"sqlite:///{folder}/wirewatch.db"


@pytest.mark.parametrize("url", ["sqlite:////var/wire.db", "postgresql://desk@db/wire"])
def test_a_store_that_has_its_place_keeps_it(tmp_path: Path, url: str) -> None:
    assert load(written(tmp_path, f'[store]\nurl = "{url}"')).store.url == url


def test_a_relative_path_in_a_variable_is_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_STORE__URL", "sqlite:///here.db")
    assert load(written(tmp_path, "")).store.url == "sqlite:///here.db"
