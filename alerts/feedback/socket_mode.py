"""Socket Mode client: hear from Slack without a public address, over a line that we open.

https://docs.slack.dev/apis/events-api/using-socket-mode: `apps.connections.open` gives an address,
good for one connection; every envelope that comes over it wants an answer within three seconds, or
comes again. Slack ends a line every few hours and says so before: the next one is opened first.

slack_sdk's own client is not used: it goes on with a spent address after a failed handshake, and it
acknowledges without knowing whether what came was stored.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from alerts.retry import retry_delay, sleep_until
from alerts.slack.api_errors import LONGEST_WAIT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

logger = logging.getLogger(__name__)

ACKNOWLEDGE = 2.0  # seconds after which Slack is answered, whether or not the store has
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_HEARTBEAT = 10.0  # seconds between two signs of life asked for
_STEADY = 10.0  # a line that lasted so many seconds was a good one
_FAREWELL = 30.0  # seconds that a line is listened to after Slack said that it ends
_REMEMBERED = 1000  # envelopes
_FAULTS = (aiohttp.ClientError, OSError, TimeoutError, RecursionError, ValueError)
_DEAF = 3  # lines that broke one after the other: nobody is heard


class _Refused(Exception):
    """Slack gives no address; the message says why, and holds no secret."""

    def __init__(self, why: str, *, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Something that Slack hands over: `kind` is "interactive", "slash_commands" …"""

    id: str
    kind: str
    payload: Mapping[str, Any]


if TYPE_CHECKING:
    Follow = Callable[[], Awaitable[None]]
    #: Stores what an envelope says; returns what there is to do once Slack knows that it arrived.
    Take = Callable[[Envelope], Awaitable[Follow | None]]


class Socket:
    """One app's line to Slack; it is opened again for as long as `run` is not stopped."""

    def __init__(self, *, app_token: str, base_url: str, take: Take) -> None:
        self._app_token = app_token
        self._open = f"{base_url.rstrip('/')}/apps.connections.open"
        self._take = take
        self._is_deaf = False  # several lines in a row broke, and Slack has greeted none since
        self._stopping = asyncio.Event()
        self._renew = asyncio.Event()
        self._lines: set[asyncio.Task[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._taken: dict[str, asyncio.Future[Follow | None]] = {}

    @property
    def hears(self) -> bool:
        """Is there a line, or has it only just broken?"""
        return not self._is_deaf

    async def run(self) -> None:
        """Listen until stopped; a line that breaks is followed by another, sooner or later."""
        loop, failures = asyncio.get_running_loop(), 0
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            try:
                while not self._stopping.is_set():
                    began, pause = loop.time(), 0.0
                    try:
                        await self._one_line(session)
                    except _Refused as error:
                        pause = error.after
                        logger.warning("slack feedback waits: %s", error)
                    except _FAULTS as error:
                        logger.warning("slack feedback waits: %s", type(error).__name__)
                    except Exception:  # whatever it is, staff must be heard again
                        logger.exception("slack feedback waits")
                    failures = 0 if loop.time() - began >= _STEADY else failures + 1
                    self._is_deaf = failures >= _DEAF
                    if failures > 1:  # one is Slack's custom; after that, less and less often
                        pause = max(pause, retry_delay(failures - 1, random.random()))  # noqa: S311
                    await sleep_until(pause, self._stopping)
            finally:
                for line in self._lines:
                    line.cancel()
                await asyncio.gather(*self._lines, return_exceptions=True)

    def stop(self) -> None:
        """Hear nothing more."""
        self._stopping.set()

    async def finish(self, within: float) -> None:
        """Wait for what was heard to be done, for up to so many seconds."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # -- a line --------------------------------------------------------------------------------

    async def _one_line(self, session: aiohttp.ClientSession) -> None:
        """Return when the line has ended, is about to, or we are stopped."""
        address = await self._address(session)
        self._renew.clear()
        line = asyncio.ensure_future(self._listen(session, address))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        events = [asyncio.ensure_future(one.wait()) for one in (self._renew, self._stopping)]
        waiting: set[asyncio.Future[Any]] = {line, *events}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for event in events:
            event.cancel()
        if line.done():
            await line

    async def _address(self, session: aiohttp.ClientSession) -> str:
        headers = {"Authorization": f"Bearer {self._app_token}"}
        async with session.post(
            self._open, headers=headers, proxy=_proxy(self._open), allow_redirects=False
        ) as response:
            stated = response.headers.get("Retry-After", "")
            after = float(stated) if re.fullmatch(r"[0-9]{1,20}", stated) else 0.0
            after = min(after, LONGEST_WAIT)
            if response.status != 200:
                raise _Refused(f"apps.connections.open answers HTTP {response.status}", after=after)
            said = await response.json(content_type=None)
        if not isinstance(said, dict) or not said.get("ok"):
            code = str(said.get("error", ""))[:60] if isinstance(said, dict) else ""
            code = code.replace(self._app_token, "***") or "an answer that is not Slack's"
            raise _Refused(
                f"{code}; is WIREWATCH_SLACK__APP_TOKEN an app-level token (xapp-…) with the scope "
                "connections:write, and is Socket Mode on?",
                after=after,
            )
        return str(said.get("url", ""))

    async def _listen(self, session: aiohttp.ClientSession, address: str) -> None:
        async with session.ws_connect(address, heartbeat=_HEARTBEAT, proxy=_proxy(address)) as line:
            async for message in line:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                said = _object(message.data)
                if said.get("type") == "hello":
                    self._is_deaf = False
                    logger.info("slack feedback is heard")
                elif said.get("type") == "disconnect":
                    self._renew.set()
                    asyncio.get_running_loop().call_later(_FAREWELL, _hang_up, line)
                elif envelope := _envelope(said):
                    task = asyncio.ensure_future(self._hear(line, envelope))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)

    # -- an envelope ---------------------------------------------------------------------------

    async def _hear(self, line: aiohttp.ClientWebSocketResponse, envelope: Envelope) -> None:
        """Take it, once; say that it arrived; do what follows from it."""
        taking = self._taken.get(envelope.id)
        first = taking is None
        if taking is None:
            taking = asyncio.ensure_future(self._take(envelope))
            self._taken[envelope.id] = taking
            if len(self._taken) > _REMEMBERED:
                self._taken.pop(next(iter(self._taken)))
        await asyncio.wait({taking}, timeout=ACKNOWLEDGE)
        if not taking.done() or taking.exception() is None:
            await self._acknowledge(line, envelope)
        try:
            follow = await taking
            if first and follow is not None:
                await follow()
        except Exception:  # a defect, or the store is away: Slack hands it over again
            self._taken.pop(envelope.id, None)
            logger.exception("slack feedback failed kind=%s", envelope.kind)

    async def _acknowledge(self, line: aiohttp.ClientWebSocketResponse, envelope: Envelope) -> None:
        try:
            await line.send_str(json.dumps({"envelope_id": envelope.id}))
        except _FAULTS:  # the line is gone: it comes again over the next, and is known then
            logger.info("slack feedback was not acknowledged kind=%s", envelope.kind)


def _hang_up(line: aiohttp.ClientWebSocketResponse) -> None:
    if not line.closed:
        asyncio.ensure_future(line.close())  # noqa: RUF006 - the line is held by its listener


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        logger.warning("slack feedback cannot be read: %s", type(error).__name__)
        return {}
    return said if isinstance(said, dict) else {}


def _envelope(said: Mapping[str, Any]) -> Envelope | None:
    name, payload = said.get("envelope_id"), said.get("payload")
    if not isinstance(name, str) or not name:
        return None
    kind = str(said.get("type", ""))
    return Envelope(id=name, kind=kind, payload=payload if isinstance(payload, dict) else {})


def _proxy(address: str) -> str | None:
    """As the environment has it; aiohttp itself knows none for a WebSocket."""
    parts = urlsplit(address)
    if proxy_bypass(parts.hostname or ""):
        return None
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    return getproxies().get(scheme)
