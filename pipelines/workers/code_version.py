"""Version of the code that makes an article of a page: another may make another one."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from crawler.discovery import charset

#: Whose new version may read a page otherwise.
_LIBRARIES = (
    "trafilatura",
    "lxml",
    "htmldate",
    "dateparser",
    "justext",
    "courlan",
    "py3langid",
    "charset-normalizer",
)

_EXTRACTION = Path(__file__).parents[1] / "extraction"


def made_by() -> str:
    """The versions, in one line."""
    libraries = (f"{name} {found}" for name in _LIBRARIES if (found := _version(name)))
    return "; ".join((f"wirewatch {_version('wirewatch')}", f"extraction {_sources()}", *libraries))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _sources() -> str:
    """A hash of the code that extracts an article, and of what decodes a page."""
    found = hashlib.sha256()
    for file in (*sorted(_EXTRACTION.rglob("*.py")), Path(charset.__file__)):
        found.update(file.read_bytes())
    return found.hexdigest()[:12]
