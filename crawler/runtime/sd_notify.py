"""Tell the service manager how this process does, where one asks (systemd's Type=notify).

A loop that turns no more says nothing: after WatchdogSec the manager starts the process anew.
"""

from __future__ import annotations

import logging
import os
import socket
from typing import TYPE_CHECKING

from crawler.runtime.periodic_tasks import PeriodicTask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

logger = logging.getLogger(__name__)

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"
_OFTEN = 3  # signs of life within the time after which the manager gives up on us


def notify(state: str, environment: Mapping[str, str] = os.environ) -> None:
    """Say it, as sd_notify(3) does; nothing where nobody listens."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # a name of Linux's own, in no folder
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
            to.connect(address)
            to.sendall(state.encode())
    except OSError as error:
        logger.warning("service manager was not told state=%s: %s", state, error.strerror)


def signs_of_life(environment: Mapping[str, str] = os.environ) -> list[PeriodicTask]:
    """The chore that says so, as often as the manager wants to hear it; none where it does not."""
    allowed = environment.get("WATCHDOG_USEC", "")
    if not allowed.isdecimal() or environment.get("WATCHDOG_PID", str(os.getpid())) != str(
        os.getpid()
    ):
        return []

    async def alive(_: datetime) -> None:
        notify(ALIVE, environment)

    every = int(allowed) / 1_000_000 / _OFTEN
    return [PeriodicTask(name="sign of life", every=every, do=alive, daemon_only=True)]
