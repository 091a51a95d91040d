"""Advice: what an operator can do about each condition, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.conditions import ConditionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROBE = "`wirewatch sources probe {source}` tries it"

_ADVICE: Mapping[ConditionKind, str] = {
    ConditionKind.OFFLINE: (
        "See to this machine's network, DNS and proxy; polls go on by themselves."
    ),
    ConditionKind.DISK: "Make room; `wirewatch db prune` removes what is old.",
    ConditionKind.UNDELIVERED: (
        "`wirewatch status` says why they wait; `wirewatch alerts test` tries the channels."
    ),
    ConditionKind.CRASHES: (
        "If nobody killed the process, or the machine with it, report what the log says before "
        "the end. `enabled` takes the source out (-{source}); a poll that goes well ends this."
    ),
    ConditionKind.CONFIGURATION: (
        "The one before is in use until the file is mended, which is noticed by "
        "itself. Do not restart before that."
    ),
    ConditionKind.EXTRACTION_DOWN: (
        "No page is lost: all wait. Install what is missing (`pip install "
        "wirewatch` with all it depends on), see to memory and processes, then start it again."
    ),
    ConditionKind.UNREACHABLE: f"It is asked again by itself; {_PROBE}.",
    ConditionKind.CERTIFICATE: (
        "It is theirs to renew, unless this machine's clock is wrong or a proxy "
        f"stands between; {_PROBE}."
    ),
    ConditionKind.BLOCKED: "Ask the site's owner to let the User-Agent in, or poll it less often "
    f"(interval); {_PROBE}.",
    ConditionKind.NOT_A_FEED: (
        "The site may have moved its feed: look for the new address and change the "
        "declaration (an address that is not allowed is asked where a document is declared there); "
        f"{_PROBE}."
    ),
    ConditionKind.FROZEN: "The site may have a new feed, and have left this one behind: "
    f"{_PROBE}; `frozen_after` allows more.",
    ConditionKind.SILENT: f"See on its site whether it publishes; {_PROBE}.",
    ConditionKind.FLOOD: (
        "Alerts of these pages are held: `wirewatch alerts release {source}` sends them, "
        "`wirewatch alerts discard {source}` drops them."
    ),
    ConditionKind.EXTRACTION: (
        "The site may have been redesigned: `wirewatch extract URL` shows what is "
        f"understood of a page; {_PROBE}."
    ),
    ConditionKind.DRIFT: (
        "Compare a page with what `wirewatch extract URL` says of its date; `timezone` and "
        "`wrong_offset` of the source set it right."
    ),
    ConditionKind.CANARY: (
        "After an upgrade its page is read otherwise: look at it with `wirewatch extract "
        "URL --source {source}`; if what it comes to now is right, `wirewatch sources canary "
        "{source} --accept`."
    ),
}


def advice(kind: ConditionKind, source: str) -> str:
    """What an operator can do about this condition of this source."""
    return _ADVICE[kind].format(source=source)
