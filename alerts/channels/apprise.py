"""Apprise channel: e-mail, SMS and about a hundred services, by one Apprise URL.

The URL holds passwords, so it is the channel's secret. It reaches no log and no message: of what
Apprise says only numbers are passed on. Apprise tells whether a service took the alert, and cannot
ask it later: after a failure an alert may come twice. This is the only module that knows apprise.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType, PersistentStoreMode

from alerts.channel import CannotTell, MessageRejected, Retry, Unknown
from alerts.message.compose import compose
from alerts.message.email_body import fitted, html, subject, text

if TYPE_CHECKING:
    from apprise import AppriseResult
    from apprise.plugins.base import NotifyBase

    from alerts.channel import Place
    from alerts.message.compose import Message
    from crawler.model.alert import Alert

PACE = 1.0
TIMEOUT = 30.0  # seconds for one alert; Apprise gives each answer 4 s, its ?rto= changes that
_MARGIN = 250  # of a body's longest: where there is no subject, Apprise puts it into the body
_TYPES = {"critical": NotifyType.FAILURE, "high": NotifyType.WARNING}
_HTTP_STATUS = re.compile(r"\berror=([1-5]\d\d)\b")
_HTTP_REFUSED = frozenset({"400", "404", "405", "410", "413", "415", "422"})
_SMTP_REPLY = re.compile(r"^Socket Exception: .*?\(([45]\d\d), b")
_SMTP_REFUSED = frozenset({"550", "551", "552", "553", "554"})
_AT_LEAST_ONCE = "Apprise cannot ask the service what it got"


def build(place: Place) -> AppriseUrl:
    if place.declared.target:
        raise place.unusable(
            "kind apprise takes no target: its URL holds secrets, and is its secret"
        )
    url = place.secret("an Apprise URL, such as mailtos://USER:PASSWORD@HOST?to=desk@wire.example")
    service = opened(url)
    if service is None:
        raise place.unusable("the secret is not a URL that Apprise understands")
    return AppriseUrl(
        name=place.declared.name, service=service, timezone=place.config.alerts.timezone
    )


def opened(url: str) -> NotifyBase | None:
    """The service that an Apprise URL names; None where it names none."""
    # What they log may hold the URL, whole or in pieces; urllib3 logs paths, where tokens are.
    log = logging.getLogger("apprise")
    log.propagate = False
    log.setLevel(logging.DEBUG)  # where the numbers are that `_verdict` reads
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    asset = AppriseAsset(
        app_id="Wirewatch",
        app_desc="Alerts on counter-terrorism cooperation",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        http_redirects=False,
        allow_templates=False,
        storage_mode=PersistentStoreMode.MEMORY,
        service_timeout=0,  # the thread's own limit is enough
    )
    return Apprise.instantiate(url, asset=asset)


class AppriseUrl:
    """One Apprise URL. It has no reference but the name of its service."""

    visible_within = 0.0

    def __init__(
        self,
        *,
        name: str,
        service: NotifyBase,
        timezone: str,
        pace: float = PACE,
        timeout: float = TIMEOUT,
    ) -> None:
        self.name = name
        self.pace = pace
        self._says = str(service.service_name)
        self._html = service.resolve_format() == NotifyFormat.HTML
        self._room = max(service.body_maxlen - _MARGIN, 1)
        self._apprise = Apprise(asset=service.asset)
        self._apprise.add(service)
        self._timezone = timezone
        self._timeout = timeout
        self._thread: threading.Thread | None = None

    async def send(self, alert: Alert) -> str:
        if alert.is_update:  # a letter stays as it is; the reply says what is new
            return self._says
        if self._thread is not None and self._thread.is_alive():
            raise Retry(f"{self._says} has not ended an earlier try")
        message = compose(alert, timezone=self._timezone)
        notify_type = _TYPES.get(alert.severity.lower(), NotifyType.INFO)
        outcome: Future[AppriseResult] = Future()
        outcome.set_running_or_notify_cancel()  # from here on it is the thread's to end

        def work() -> None:
            try:  # Apprise makes a result of whatever a service raises
                outcome.set_result(self._notify(message, notify_type))
            finally:
                if not outcome.done():
                    outcome.set_exception(Unknown(f"{self._says} broke off"))

        # A daemon: where a service never ends its answer, the process can end all the same.
        self._thread = threading.Thread(target=work, name=f"apprise {self.name}", daemon=True)
        self._thread.start()
        try:
            async with asyncio.timeout(self._timeout):
                result = await asyncio.wrap_future(outcome)
        except TimeoutError:
            raise Unknown(f"{self._says} did not answer in time") from None
        if not result:
            raise _verdict(self._says, [entry.message for entry in result.logs()])
        return self._says

    async def find(self, alert: Alert) -> str | None:
        raise CannotTell(_AT_LEAST_ONCE)

    async def check(self) -> list[str]:
        return [f"the secret is a URL of Apprise's for {self._says}"]

    async def close(self) -> None:
        """Every alert has a connection of its own: none is left open."""

    def _notify(self, message: Message, notify_type: NotifyType) -> AppriseResult:
        return self._apprise.notify(
            title=subject(message),
            body=fitted(message, html if self._html else text, self._room),
            body_format=NotifyFormat.HTML if self._html else NotifyFormat.TEXT,
            notify_type=notify_type,
            log_level=logging.DEBUG,
        )


def _verdict(service: str, log: list[str]) -> Unknown | MessageRejected:
    """What to do about a failure; of the log only the numbers are safe to repeat."""
    http = [code for line in log for code in _HTTP_STATUS.findall(line)]
    smtp = [code for line in log for code in _SMTP_REPLY.findall(line)]
    said = [f"HTTP {code}" for code in http] + [f"SMTP {code}" for code in smtp]
    why = f"{service} did not take it" + (f" ({', '.join(said)})" if said else "")
    refused = _HTTP_REFUSED.intersection(http) or _SMTP_REFUSED.intersection(smtp)
    return MessageRejected(why) if refused else Unknown(why)
