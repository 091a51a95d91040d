"""Classification of failed requests: a slug for counting and a sentence for reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy import exceptions
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.crawl.egress import AddressNotAllowed, ForbiddenTarget
from crawler.discovery.block_pages import CHALLENGE, challenger
from crawler.storage.database import SQLAlchemyError, reason

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

UNREADABLE_ROBOTS = "robots.txt cannot be read"

# The page is gone or not for us: asking again would change nothing.
_PERMANENT = {401, 404, 405, 406, 410, 414, 451}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFailure:
    """`slug` counts, `said` is read; `after` is how long the server asked to wait."""

    slug: str
    said: str
    permanent: bool = False
    after: timedelta | None = None


class HeadersTooLarge(Exception):
    """A server sent more than it may of what is no body; the connection was cut."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"headers too large: more than {limit // 1000} kB")


_LONGEST = 100  # characters of a header that states a time
_TOO_LARGE = RequestFailure(
    slug="too-large", said="larger than crawl.max_page_bytes", permanent=True
)
_CERTIFICATE = "the server's certificate is not valid"
_BY_TYPE: tuple[tuple[type[BaseException], str, str], ...] = (
    (exceptions.DownloadTimeoutError, "timeout", "no answer within the time limit"),
    (exceptions.CannotResolveHostError, "dns", "the host's name cannot be resolved"),
    (exceptions.DownloadConnectionRefusedError, "refused", "the connection was refused"),
    (exceptions.ResponseDataLossError, "cut", "the connection was lost half-way"),
)


def describe(failure: Failure, *, now: datetime) -> RequestFailure:
    """Name the trouble behind a request's failure."""
    return name(failure.value, now=now)


def name(error: BaseException | None, *, now: datetime) -> RequestFailure:
    """Name the trouble that an error stands for."""
    if isinstance(error, HttpError):
        return _of_status(error.response, now)
    if isinstance(error, exceptions.DownloadCancelledError):
        return _TOO_LARGE
    if isinstance(error, HeadersTooLarge):
        return RequestFailure(slug="headers-too-large", said=str(error))
    if isinstance(error, AddressNotAllowed):
        # What a name stands for may be set right again; an address stays what it is.
        lasting = isinstance(error, ForbiddenTarget)
        return RequestFailure(slug="address-not-allowed", said=str(error), permanent=lasting)
    if isinstance(error, exceptions.IgnoreRequest):
        return _of_refusal(str(error))
    for kind, slug, said in _BY_TYPE:
        if isinstance(error, kind):
            return RequestFailure(slug=slug, said=said)
    said = _in_words(error)
    if "certificate" in said.lower():
        return RequestFailure(slug="certificate", said=_CERTIFICATE)
    return RequestFailure(slug="connection", said=said)


def _in_words(error: BaseException | None) -> str:
    """What went wrong with an answer, in a line; Twisted keeps that in `reasons`."""
    reasons = getattr(error, "reasons", None) or getattr(error and error.__cause__, "reasons", None)
    if reasons:
        return f"the answer cannot be read: {_in_words(reasons[0].value)}"
    return " ".join(str(error).split())[:200] or type(error).__name__


def internal(failure: Failure) -> str:
    """A defect of ours, or a fault of the store, for the record: never with SQL parameters."""
    error = failure.value
    return reason(error) if isinstance(error, SQLAlchemyError) else repr(error)[:300]


def _of_status(response: Response, now: datetime) -> RequestFailure:
    status = response.status
    if guard := challenger(response.body):
        said = f"the server answered {status} with a challenge page ({guard})"
        return RequestFailure(slug=CHALLENGE, said=said, after=retry_after(response, now=now))
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    return RequestFailure(
        slug=f"http-{status}",
        said=f"the server answered {status} {phrase}".strip(),
        permanent=status in _PERMANENT,
        after=retry_after(response, now=now),
    )


def _of_refusal(message: str) -> RequestFailure:
    lowered = message.lower()
    if lowered.startswith(UNREADABLE_ROBOTS):
        if _CERTIFICATE in message:  # robots.txt is merely asked first
            return RequestFailure(slug="certificate", said=_CERTIFICATE)
        return RequestFailure(slug="robots-unreadable", said=message)
    if "download_maxsize" in lowered:
        return _TOO_LARGE
    if lowered.startswith("filtered offsite"):
        return RequestFailure(slug="offsite", said="leads to another site", permanent=True)
    if "robots" in lowered:
        return RequestFailure(
            slug="robots", said="forbidden by the site's robots.txt", permanent=True
        )
    if "redirect" in lowered:
        return RequestFailure(slug="redirect-loop", said="redirected without end", permanent=True)
    return RequestFailure(slug="refused-by-rule", said=message or "not asked for", permanent=True)


def retry_after(response: Response, *, now: datetime) -> timedelta | None:
    """The Retry-After header, in seconds or as a date; None where there is none to be read."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1")[:_LONGEST].strip()
    if value.isdecimal():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):  # what it raises on what is no date
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(when - now, timedelta(0)), timedelta(days=1))
