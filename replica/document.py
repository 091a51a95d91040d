"""HTTP response body of the replica, with what says that it has not changed."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING
from zlib import crc32

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

HTML = "text/html"
RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedDocument:
    """A body as served. Its ETag is weak: the same for the plain and the packed form."""

    body: bytes = field(repr=False)
    packed: bytes = field(repr=False)
    content_type: str
    etag: str
    modified: datetime

    @classmethod
    def of(cls, body: bytes, content_type: str, modified: datetime) -> ServedDocument:
        return cls(
            body=body,
            packed=gzip.compress(body, compresslevel=5, mtime=0),
            content_type=content_type,
            etag=f'W/"{len(body):x}-{crc32(body):08x}"',
            modified=modified.astimezone(UTC),
        )

    def unchanged(self, headers: Mapping[str, str]) -> bool:
        """What the asker holds is this. If-None-Match, where given, decides alone (RFC 9110)."""
        if tags := headers.get("If-None-Match"):
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return self.etag.removeprefix("W/") in known or "*" in known
        if since := headers.get("If-Modified-Since"):
            try:
                # HTTP dates have no fractions of a second.
                return self.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
            except (ValueError, TypeError):
                return False
        return False

    def answer(self, headers: Mapping[str, str]) -> web.Response:
        about = {
            "ETag": self.etag,
            "Last-Modified": format_datetime(self.modified, usegmt=True),
            "Vary": "Accept-Encoding",
            "Cache-Control": "max-age=0",
        }
        if self.unchanged(headers):
            return web.Response(status=304, headers=about)
        about["Content-Type"] = self.content_type
        if "gzip" in headers.get("Accept-Encoding", "") and self.body:
            about["Content-Encoding"] = "gzip"
            return web.Response(body=self.packed, headers=about)
        return web.Response(body=self.body, headers=about)
