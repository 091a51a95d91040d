"""Advice: what an operator can do about each condition, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.conditions import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROBE = "`wirewatch sources probe {source}` tries it"

_ADVICE: Mapping[Kind, str] = {
    Kind.OFFLINE: "See to this machine's network, DNS and proxy; polls go on by themselves.",
    Kind.DISK: "Make room; `wirewatch db prune` removes what is old.",
    Kind.UNDELIVERED: "`wirewatch status` says why they wait; `wirewatch alerts test` tries "
    "the channels.",
    Kind.CRASHES: "If nobody killed the process, or the machine with it, report what the log says "
    "before the end. `enabled` takes the source out (-{source}); a poll that goes well ends this.",
    Kind.CONFIGURATION: "The one before is in use until the file is mended, which is noticed by "
    "itself. Do not restart before that.",
    Kind.EXTRACTION_DOWN: "No page is lost: all wait. Install what is missing (`pip install "
    "wirewatch` with all it depends on), see to memory and processes, then start it again.",
    Kind.UNREACHABLE: f"It is asked again by itself; {_PROBE}.",
    Kind.CERTIFICATE: "It is theirs to renew, unless this machine's clock is wrong or a proxy "
    f"stands between; {_PROBE}.",
    Kind.BLOCKED: "Ask the site's owner to let the User-Agent in, or poll it less often "
    f"(interval); {_PROBE}.",
    Kind.NOT_A_FEED: "The site may have moved its feed: look for the new address and change the "
    "declaration (an address that is not allowed is asked where a document is declared there); "
    f"{_PROBE}.",
    Kind.FROZEN: "The site may have a new feed, and have left this one behind: "
    f"{_PROBE}; `frozen_after` allows more.",
    Kind.SILENT: f"See on its site whether it publishes; {_PROBE}.",
    Kind.FLOOD: "Alerts of these pages are held: `wirewatch alerts release {source}` sends them, "
    "`wirewatch alerts discard {source}` drops them.",
    Kind.EXTRACTION: "The site may have been redesigned: `wirewatch extract URL` shows what is "
    f"understood of a page; {_PROBE}.",
    Kind.DRIFT: "Compare a page with what `wirewatch extract URL` says of its date; `timezone` and "
    "`wrong_offset` of the source set it right.",
    Kind.CANARY: "After an upgrade its page is read otherwise: look at it with `wirewatch extract "
    "URL --source {source}`; if what it comes to now is right, `wirewatch sources canary {source} "
    "--accept`.",
}


def advice(kind: Kind, source: str) -> str:
    """What an operator can do about this condition of this source."""
    return _ADVICE[kind].format(source=source)
