"""Webhook channel: POSTs each alert as JSON, signed so that you know whose it is.

Signed as the Standard Webhooks specification says
(https://github.com/standard-webhooks/standard-webhooks): `webhook-id` is the alert's id, the same
in every try, `webhook-signature` is HMAC-SHA256 of `id.timestamp.body`. An address cannot be asked
what it got: after a failure an alert may come twice, and its id tells. docs/webhook.md is the
receiver's view.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from alerts.channel import CannotTell, MessageRejected, Retry, Unknown
from alerts.message.compose import compose
from alerts.message.email_body import text
from alerts.message.escaping import clean, safe_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from alerts.channel import Place
    from crawler.model.alert import Alert, Headline
    from crawler.model.items import EntityHit, Match

VERSION = 1  # of the body: raised where a receiver must change, not where something is added
TIMEOUT = 15.0  # seconds for the whole request
SHORTEST_WAIT = 1.0  # what a Retry-After of nothing is raised to
LONGEST_WAIT = 86_400.0  # and one of nonsense is cut to
_KEY_BYTES = range(24, 65)  # what the specification asks of a secret
_PREFIX = "whsec_"
_LATER = frozenset({425, 429, 503})
_AT_LEAST_ONCE = "it cannot be asked what it got; drop a webhook-id that was seen before"


def build(place: Place) -> Webhook:
    url = place.target("an https:// address")
    if why := _unfit(url):
        raise place.unusable(f"target {why}")
    written = place.secret(
        f'"{_PREFIX}" and 24 to 64 random bytes in base64; make one with '
        f"`echo {_PREFIX}$(openssl rand -base64 32)`"
    )
    try:
        keys = [_key(one) for one in written.split()]
    except ValueError as error:
        raise place.unusable(f"the secret {error}") from None
    return Webhook(
        name=place.declared.name,
        url=url,
        keys=keys,
        timezone=place.config.alerts.timezone,
        clock=place.clock,
    )


class Webhook:
    """One address. With several keys each signs: a receiver can change over in its own time."""

    pace = 0.0
    visible_within = 0.0

    def __init__(
        self,
        *,
        name: str,
        url: str,
        keys: Sequence[bytes],
        timezone: str,
        clock: Callable[[], datetime],
        timeout: float = TIMEOUT,
    ) -> None:
        self.name = name
        self._url = url
        self._host = urlsplit(url).hostname or ""
        self._keys = tuple(keys)
        self._timezone = timezone
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def send(self, alert: Alert) -> str:
        if alert.is_update:  # what was posted stays as it is; the reply says what is new
            return alert.first
        body = json.dumps(_body(alert, self._timezone), ensure_ascii=False).encode()
        try:
            status, headers = await self._post(alert.id, body)
        except TimeoutError as error:
            raise _late(error, self._host) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _broken(error, self._host) from None
        if 200 <= status < 300:
            return alert.id
        raise self._verdict(status, headers.get("retry-after", ""))

    async def find(self, alert: Alert) -> str | None:
        raise CannotTell(_AT_LEAST_ONCE)

    async def check(self) -> list[str]:
        return [f"alerts are signed and posted to {self._host}"]

    async def close(self) -> None:
        """Every request has a connection of its own: none is left open."""

    async def _post(self, alert_id: str, body: bytes) -> tuple[int, Any]:
        """The answer's status and headers; its body is never read."""
        timestamp = int(self._clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Wirewatch",
            "webhook-id": alert_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._keys, alert_id, timestamp, body),
        }
        async with (
            aiohttp.ClientSession(
                timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
            ) as session,
            session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status, answer.headers

    def _verdict(self, status: int, retry_after: str) -> Retry | Unknown | MessageRejected:
        said = f"{self._host} answers HTTP {status}"
        after = _seconds(retry_after, self._clock())
        if status in _LATER and (status != 503 or after is not None):
            return Retry(said, after=after)
        if status >= 500 or status == 408:
            return Unknown(said)  # something behind it may have taken the alert
        if 300 <= status < 400:
            return MessageRejected(f"{said}, a redirect; give the address that it leads to")
        return MessageRejected(said)


def signature(keys: Sequence[bytes], alert_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 in base64, once for each key, with blanks between them."""
    signed = f"{alert_id}.{timestamp}.".encode() + body
    digests = (hmac.digest(key, signed, "sha256") for key in keys)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def _key(secret: str) -> bytes:
    """The bytes that sign. Raises ValueError in words that do not hold the secret."""
    if not secret.startswith(_PREFIX):
        raise ValueError(f"does not begin with {_PREFIX}")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"is not base64 after {_PREFIX}") from None
    if len(key) not in _KEY_BYTES:
        raise ValueError(f"holds {len(key)} bytes, where 24 to 64 are wanted")
    return key


def _unfit(url: str) -> str:
    """Why alerts cannot be posted there, "" where they can; the address itself is not repeated."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "is not a web address"
    if not host or parts.scheme not in {"http", "https"}:
        return "is not a web address; expected https://…"
    if parts.scheme == "http" and not _is_loopback(host):
        return "must begin with https://; http:// only reaches this machine itself"
    return "holds a password, and this file is shared" if parts.username is not None else ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _late(error: TimeoutError, host: str) -> Retry | Unknown:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Retry(f"{host} cannot be reached in time")
    return Unknown(f"{host} did not answer in time")


def _broken(error: Exception, host: str) -> Retry | Unknown:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return Retry(f"{host} has no TLS certificate that can be trusted")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
        return Retry(f"{host} cannot be reached")  # no connection, so nothing was sent
    return Unknown(f"the connection to {host} broke: {type(error).__name__}")


def _seconds(retry_after: str, now: datetime) -> float | None:
    """What Retry-After asks for, in seconds or as a date; None where it asks for nothing."""
    stated = retry_after.strip()
    try:
        if re.fullmatch(r"[0-9]{1,20}", stated):
            seconds = float(stated)
        else:
            seconds = (parsedate_to_datetime(stated) - now).total_seconds()
    except (TypeError, ValueError, OverflowError):  # no date, or one without a zone
        return None
    return min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)


# -- the body, as docs/webhook.md describes it -------------------------------------------------


def _body(alert: Alert, timezone: str) -> dict[str, Any]:
    published = alert.published
    return {
        "type": "alert",
        "version": VERSION,
        "timestamp": alert.first_seen.isoformat(),
        "data": {
            "id": alert.id,
            "story": alert.story_id,
            "kind": alert.kind,
            "severity": alert.severity,
            "title": clean(alert.title),
            "url": safe_url(alert.url),
            "source": {
                "name": alert.source_name,
                "title": clean(alert.source_title),
                "country": alert.country,
            },
            "credit": clean(alert.credit),
            "language": alert.language,
            "published": {"at": published.at.isoformat(), "precision": published.precision.value}
            if published
            else None,
            "first_seen": alert.first_seen.isoformat(),
            "lead": clean(alert.lead),
            "lead_only": alert.lead_only,
            "matches": [_match(match) for match in alert.matches],
            "entities": [_entity(entity) for entity in alert.entities],
            "stories": [_headline(story) for story in alert.stories],
            **({"follows": alert.first} if alert.is_reply else {}),
            "text": text(compose(alert, timezone=timezone)),
        },
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        "rule": match.rule,
        "title": clean(match.title),
        "severity": match.severity,
        "score": match.score,
        "threshold": match.threshold,
        "topics": list(match.topics),
        "reason": clean(match.reason),
        "evidence": [
            {"term": clean(found.term), "sentence": clean(found.sentence)}
            for found in match.evidence
        ],
    }


def _entity(entity: EntityHit) -> dict[str, str]:
    return {"id": entity.id, "name": clean(entity.name), "type": entity.type}


def _headline(story: Headline) -> dict[str, Any]:
    return {
        "title": clean(story.title),
        "url": safe_url(story.url),
        "published_at": story.published_at.isoformat() if story.published_at else None,
        "rule": story.rule,
        "score": story.score,
    }
