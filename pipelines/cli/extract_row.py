"""One understood page as a flat JSON object: the fields that everybody asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.model.items import Extracted

if TYPE_CHECKING:
    from crawler.model.items import Instant

_NOTHING = Extracted(title="", text="")


def row(found: Extracted | None, *, error: str | None) -> dict[str, Any]:
    """Texts are "" where nothing was found, dates null; what is known stands beside an error.

    Dates are ISO 8601 on the page's own clock: their first ten characters are the day it names.
    """
    known = found or _NOTHING
    return {
        "title": known.title,
        "text": known.text,
        "authors": list(known.authors),
        "language": known.language,
        "published_at": _shown(known.published),
        "date_precision": known.published.precision.value if known.published else None,
        "modified_at": _shown(known.modified),
        "credit": known.credit,
        "dateline": known.dateline,
        "error": error,
    }


def encoded(value: dict[str, Any]) -> bytes:
    """One line, in UTF-8; half a surrogate pair, which UTF-8 cannot hold, stays an escape."""
    try:
        line = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        line = json.dumps(value).encode()
    return line + b"\n"


def _shown(instant: Instant | None) -> str | None:
    return instant.local.isoformat() if instant else None
