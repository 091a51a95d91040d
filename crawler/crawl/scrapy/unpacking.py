"""Content decoding within limits, also where a server does not say that it packed a page."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.crawl.request_meta import KEEP_PACKED

if TYPE_CHECKING:
    from scrapy import Request, Spider

_GZIP = b"\x1f\x8b\x08"
_LAYERS = 2  # a cache that packs what came packed; more are meant to wear us out


class Unpacking(HttpCompressionMiddleware):
    """Scrapy's, with a bound on layers; gzip that says nothing of itself is known by its mark."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        unpacked = super().process_response(request, response)
        if not isinstance(unpacked, Response) or not unpacked.body.startswith(_GZIP):
            return unpacked
        if KEEP_PACKED in request.meta or urlsplit(request.url).path.endswith(".gz"):
            return unpacked
        labelled = unpacked.replace(headers=unpacked.headers.copy())
        labelled.headers["Content-Encoding"] = b"gzip"
        try:
            return super().process_response(request, labelled)
        except (OSError, EOFError, zlib.error):  # it only begins like gzip
            return unpacked

    def _handle_encoding(
        self, body: bytes, content_encoding: list[bytes], max_size: int
    ) -> tuple[bytes, list[bytes]]:
        layers = len(self._split_encodings(content_encoding)[0])
        if layers > _LAYERS:
            raise IgnoreRequest(f"packed {layers} times over")
        return super()._handle_encoding(body, content_encoding, max_size or self._max_size)
