"""What went wrong with a request is named, and what may pass is told from what may not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from scrapy import exceptions
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler.crawl.failures import describe, retry_after

if TYPE_CHECKING:
    from datetime import datetime

URL = "https://wire.example/rss"


def failed(error: Exception) -> Failure:
    return Failure(error)  # type: ignore[no-untyped-call]


def answered(status: int, **headers: str) -> Failure:
    response = Response(URL, status=status, headers=headers)
    return failed(HttpError(response))


@pytest.mark.parametrize(
    ("failure", "slug", "permanent"),
    [
        (answered(404), "http-404", True),
        (answered(410), "http-410", True),
        (answered(403), "http-403", False),
        (answered(503), "http-503", False),
        (answered(599), "http-599", False),
        (failed(exceptions.DownloadTimeoutError("30 s")), "timeout", False),
        (failed(exceptions.CannotResolveHostError("wire.example")), "dns", False),
        (failed(exceptions.DownloadConnectionRefusedError("no")), "refused", False),
        (failed(exceptions.ResponseDataLossError("cut")), "cut", False),
        (failed(exceptions.DownloadCancelledError("too big")), "too-large", True),
        (failed(exceptions.IgnoreRequest("Forbidden by robots.txt")), "robots", True),
        (failed(exceptions.IgnoreRequest("max redirections reached")), "redirect-loop", True),
        (
            failed(exceptions.IgnoreRequest("robots.txt cannot be read: 503")),
            "robots-unreadable",
            False,
        ),
        (failed(OSError("certificate verify failed")), "certificate", False),
        (failed(OSError("wire unplugged")), "connection", False),
    ],
)
def test_a_failure_has_a_name(failure: Failure, slug: str, permanent: bool, now: datetime) -> None:
    trouble = describe(failure, now=now)
    assert (trouble.slug, trouble.permanent) == (slug, permanent)
    assert trouble.said


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Mon, 23 Nov 2026 12:05:00 GMT", 300),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("99999999", 86_400),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, seconds: int, now: datetime) -> None:
    response = Response(URL, status=503, headers={"Retry-After": value})
    assert retry_after(response, now=now) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "-5"])
def test_a_senseless_retry_after_is_none(value: str, now: datetime) -> None:
    response = Response(URL, status=503, headers={"Retry-After": value})
    assert retry_after(response, now=now) is None


def test_what_twisted_keeps_among_reasons_is_said_in_words(now: datetime) -> None:
    reason = failed(ValueError("Value contains non-decimal digits: b'-5'"))
    error = exceptions.DownloadFailedError(f"[{reason!r}]")
    error.__cause__ = ResponseFailed([reason])  # type: ignore[no-untyped-call]
    assert describe(failed(error), now=now).said == (
        "the answer cannot be read: Value contains non-decimal digits: b'-5'"
    )
