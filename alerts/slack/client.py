"""Slack Web API client: the only module that knows slack_sdk, and what its errors mean."""

from __future__ import annotations

import logging
import re
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from alerts.channel import MessageRejected, Retry, Unknown
from alerts.slack.api_errors import Answer, verdict

# The last three: the client trips over JSON that is nested too deep, or no object.
FAULTS = (
    SlackApiError,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    RecursionError,
    ValueError,
    AttributeError,
)


def web_client(*, token: str, base_url: str, timeout: int) -> AsyncWebClient:
    """A client that sends each request once."""
    # Its debug log would hold whole bodies, and a broken server may repeat the token in one.
    quiet = logging.getLogger(__name__)
    quiet.setLevel(logging.INFO)
    # No retries in the client: each would be a send that the outbox does not know of.
    client = AsyncWebClient(
        token=token, base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet
    )
    if proxy_bypass(urlsplit(base_url).hostname or ""):
        client.proxy = None  # the client itself obeys HTTPS_PROXY, and not NO_PROXY
    return client


def answer_of(error: Exception) -> Answer:
    """What Slack said; status 0 where it said nothing."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    if status is None:
        return Answer(status=0)
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else ""
    return Answer(
        status=int(status),
        code=str(code or "")[:100],
        retry_after=_seconds(getattr(response, "headers", {})),
    )


def _seconds(headers: Any) -> float | None:
    stated = {str(key).lower(): value for key, value in headers.items()}.get("retry-after", "")
    return (
        float(stated) if re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,9})?", str(stated).strip()) else None
    )


def failure_of(error: Exception) -> Retry | Unknown | MessageRejected:
    """What to do about a failed request."""
    answer = answer_of(error)
    if answer.status:
        return verdict(answer)
    if isinstance(error, aiohttp.InvalidURL):
        return MessageRejected("slack.base_url is not a web address")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
        return Retry("Slack cannot be reached")  # no connection, so nothing was sent
    if isinstance(error, TimeoutError):
        return Unknown("Slack did not answer in time")
    return Unknown(f"the connection broke: {type(error).__name__}")
