"""A document as it came, without the request and the crawl it belongs to: workers are handed it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy.http import HtmlResponse, TextResponse

from crawler.discovery.errors import NotTheDocument

if TYPE_CHECKING:
    from scrapy.http import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """`document` is the address that was asked for, `url` where the redirects ended.

    `listing` is the first page of the listing that this is a page of. `links` are the Link headers.
    """

    url: str
    body: bytes = field(repr=False)
    content_type: str = ""
    links: tuple[str, ...] = ()
    is_text: bool = True
    document: str = ""
    listing: str = ""

    @classmethod
    def of(cls, response: Response) -> Received:
        """Of an answer to a request whose meta names the document."""
        document = str(response.meta.get("document", response.url)) if response.request else ""
        return cls(
            url=response.url,
            body=response.body,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            links=tuple(value.decode("latin-1") for value in response.headers.getlist("Link")),
            is_text=isinstance(response, TextResponse),
            document=document,
            listing=str(response.meta.get("listing", "")) if response.request else "",
        )

    def text(self) -> TextResponse:
        """For what selects elements of it. Raises `NotTheDocument` where it is no text."""
        if not self.is_text:
            raise NotTheDocument("no text where a page belongs")
        headers = {"Content-Type": self.content_type} if self.content_type else {}
        return HtmlResponse(self.url, body=self.body, headers=headers)
