"""How lines of the log are written, and what never gets into them."""

from __future__ import annotations

import json
import logging
from typing import Any

from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from crawler.config import Config
from crawler.logs import formatter
from crawler.setting_tables import ChannelConfig, LogConfig, OpsConfig, SlackConfig, StoreConfig

SECRETS = ("xoxb-1-bot", 'hook"quoted', "pass word", "https://hc.example/7f3a")


def _config(written: str) -> Config:
    hook = ChannelConfig(name="hook", kind="webhook", secret=SecretStr(SECRETS[1]))
    return Config(
        log=LogConfig.model_validate({"format": written}),
        slack=SlackConfig(token=SecretStr(SECRETS[0])),
        store=StoreConfig(url="postgresql://desk:pass%20word@db/wirewatch"),
        channel=[hook],
        ops=OpsConfig(ping=SecretStr(SECRETS[3])),
    )


def _record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info: Any = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("alerts.courier", logging.INFO, "", 1, message, args, info)


def _json(record: logging.LogRecord) -> dict[str, Any]:
    line = formatter(_config("json")).format(record)
    assert "\n" not in line
    told: dict[str, Any] = json.loads(line)
    return told


def test_each_key_of_a_message_is_a_field() -> None:
    told = _json(_record("100%% sent channel=%s tries=%d waited=%.1fs: %s", "desk", 2, 1.25, "x"))
    assert told["message"] == "100% sent channel=desk tries=2 waited=1.2s: x"
    assert (told["channel"], told["tries"], told["waited"]) == ("desk", 2, 1.25)
    assert (told["level"], told["logger"]) == ("INFO", "alerts.courier")
    assert told["at"].endswith("+00:00")


def test_a_key_of_a_message_cannot_take_the_place_of_what_is_always_there() -> None:
    assert _json(_record("metrics at=%s level=%s", "http://x", "high"))["level"] == "INFO"


def test_a_message_of_several_lines_and_its_traceback_are_one_line() -> None:
    told = _json(_record("failed\nbadly", error=ValueError("first\nsecond")))
    assert told["message"] == "failed\nbadly"
    assert told["exception"].endswith("ValueError: first\nsecond")


def test_trouble_of_the_store_is_told_without_a_traceback_in_both_formats() -> None:
    locked = OperationalError("SELECT 1", {}, Exception("database is locked"))
    record = _record("outbox failed", error=locked)
    assert _json(record)["exception"] == "the store: database is locked"
    line = formatter(_config("readable")).format(_record("outbox failed", error=locked))
    assert line.endswith("outbox failed\nthe store: database is locked")


def test_no_secret_is_written_in_either_format() -> None:
    for written in ("readable", "json"):
        for secret in SECRETS:
            denied = RuntimeError(f"denied: {secret}!")
            record = _record("sent token=%s", secret, error=denied)
            line = formatter(_config(written)).format(record)
            assert secret not in line
            assert json.dumps(secret)[1:-1] not in line
            assert line.count("***") >= 2, line
