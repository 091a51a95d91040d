"""How lines of the log are written, and what never gets into them."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from crawler.cli.common import StoreErrorFilter, log_to_file
from crawler.config.config import Config
from crawler.config.models import ChannelConfig, LogConfig, OpsConfig, SlackConfig, StoreConfig
from crawler.model.exceptions import Unusable
from crawler.runtime.logs import formatter, log_file

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    return logging.LogRecord(
        "alerts.delivery.channel_worker", logging.INFO, "", 1, message, args, info
    )


def _json(record: logging.LogRecord) -> dict[str, Any]:
    line = formatter(_config("json")).format(record)
    assert "\n" not in line
    told: dict[str, Any] = json.loads(line)
    return told


def test_each_key_of_a_message_is_a_field() -> None:
    told = _json(_record("100%% sent channel=%s tries=%d waited=%.1fs: %s", "desk", 2, 1.25, "x"))
    assert told["message"] == "100% sent channel=desk tries=2 waited=1.2s: x"
    assert (told["channel"], told["tries"], told["waited"]) == ("desk", 2, 1.25)
    assert (told["level"], told["logger"]) == ("INFO", "alerts.delivery.channel_worker")
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


# -- a file of its own -----------------------------------------------------------------------------


def _to_file(file: Path, **settings: Any) -> Iterator[logging.Handler]:
    log = LogConfig(file=str(file), **settings)
    with closing(log_file(_config("readable").model_copy(update={"log": log}))) as handler:
        yield handler


def test_a_file_hides_secrets_and_is_put_aside_when_it_is_long(tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.log"
    for handler in _to_file(file, max_bytes=10_000, keep=2):
        for number in range(1000):
            handler.handle(_record("sent number=%d token=%s", number, SECRETS[0]))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "wirewatch.log",
        "wirewatch.log.1",
        "wirewatch.log.2",
    ]
    assert all(path.stat().st_size <= 10_000 for path in tmp_path.iterdir())
    assert "number=999 token=***" in file.read_text("utf-8")


def test_a_file_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"log\.file: .*nowhere.* cannot be written: No such file"):
        list(_to_file(tmp_path / "nowhere" / "wirewatch.log"))


def test_a_full_disk_under_the_file_is_nobodys_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(OSError):  # as at the end of a program, when it is closed
        for handler in _to_file(Path("/dev/full")):
            handler.handle(_record("sent"))
    assert not capsys.readouterr().err


def test_each_line_is_in_the_file_and_on_stderr_or_in_neither(tmp_path: Path) -> None:
    """What ails the store is told once a minute in both."""
    root, told = logging.getLogger(), io.StringIO()
    before = list(root.handlers)
    shown = logging.StreamHandler(told)
    shown.addFilter(StoreErrorFilter())
    file = tmp_path / "wirewatch.log"
    root.handlers = [shown]
    try:
        log_to_file(_config("readable").model_copy(update={"log": LogConfig(file=str(file))}))
        full = OperationalError(None, None, Exception("database or disk is full"))
        for _ in range(5):
            logging.getLogger("crawler").error("page failed", exc_info=full)
        root.handlers[1].close()
    finally:
        root.handlers = before
    assert file.read_text("utf-8").count("disk is full") == told.getvalue().count("full") == 1


def test_a_damaged_store_is_one_line_whatever_wraps_it() -> None:
    limit = StoreErrorFilter()
    damaged = sqlite3.DatabaseError("database disk image is malformed")
    wrapped = ValueError("page failed")
    wrapped.__cause__ = OperationalError(None, None, damaged)
    records = [
        _record("failed", error=error)
        for error in (damaged, wrapped, ExceptionGroup("both", [wrapped]), wrapped.__cause__)
    ]
    assert [limit.filter(record) for record in records] == [True, False, False, False]
    assert records[0].getMessage().startswith("the store: database disk image is malformed; ")
    assert records[0].exc_info is None
    assert limit.filter(_record("failed", error=ValueError("no page")))
