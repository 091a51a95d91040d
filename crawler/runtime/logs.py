"""Log formatters: lines to be read, or JSON; and never with a secret in them."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any

from crawler.model.exceptions import Unusable
from crawler.storage.database import SQLAlchemyError, password_of, reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crawler.config.config import Config

_LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
# A place of a message that is filled in, and the key before it; "%%" is none.
_PLACE = re.compile(r"%%|(?:\b(?P<key>[a-z_]+)=)?%[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_HIDDEN = "***"


def formatter(config: Config) -> logging.Formatter:
    """What `log.format` asks for."""
    kind = Json if config.log.format == "json" else Readable
    return kind(tuple(_secrets(config)))


def log_file(config: Config) -> logging.Handler:
    """What writes `log.file`. Raises `Unusable` where that cannot be."""
    log = config.log
    try:
        handler = _LogFile(log.file, maxBytes=log.max_bytes, backupCount=log.keep, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"log.file: {log.file} cannot be written: {error.strerror}") from None
    handler.setFormatter(formatter(config))
    return handler


class _LogFile(RotatingFileHandler):
    """A file that is full or gone stops nobody: stderr has the line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging calls it so
        pass


class Readable(logging.Formatter):
    """One line each, and a traceback where it is a fault of the code."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__(_LINE, datefmt="%Y-%m-%dT%H:%M:%S%z")
        # The longest first: one may be part of another.
        words = "|".join(re.escape(one) for one in sorted(secrets, key=len, reverse=True))
        self._secret = re.compile(words or r"(?!)")

    def format(self, record: logging.LogRecord) -> str:
        return self.hide(super().format(record))

    def hide(self, text: str) -> str:
        """The text without what must not be said."""
        return self._secret.sub(_HIDDEN, text)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        """A locked or full database is no fault of the code: it is told without a traceback."""
        if isinstance(ei[1], SQLAlchemyError):
            return f"the store: {reason(ei[1])}"
        return super().formatException(ei)


class Json(Readable):
    """An object on one line; each key=value of a message is a field of its own, too."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            **_fields(record),
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        hidden = {
            key: self.hide(value) if isinstance(value, str) else value
            for key, value in told.items()
        }
        return json.dumps(hidden, ensure_ascii=False)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    if not isinstance(record.args, tuple):
        return {}
    places = [found for found in _PLACE.finditer(str(record.msg)) if found[0] != "%%"]
    return {
        found["key"]: value if isinstance(value, str | int | float | bool | None) else str(value)
        for found, value in zip(places, record.args, strict=False)
        if found["key"]
    }


def _secrets(config: Config) -> Iterator[str]:
    """The values of all that are configured."""
    owned = (channel.secret for channel in config.channel)
    for secret in (config.slack.token, config.slack.app_token, config.ops.ping, *owned):
        if secret is not None and (value := secret.get_secret_value()):
            yield value
    if password := password_of(config.store.url):
        yield password
