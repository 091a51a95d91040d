"""A secret for each channel: `WIREWATCH_CHANNEL__<NAME>__SECRET`, or `…_SECRET_FILE`.

The name is the channel's own, in capitals: several channels of one kind have different secrets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import SecretStr

from crawler.model.exceptions import Unusable
from crawler.model.formatting import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.config.models import ChannelConfig

OURS = re.compile(r"WIREWATCH_CHANNEL__(?P<name>\w+)__SECRET(?:_FILE)?", re.IGNORECASE)


def variable(name: str) -> str:
    """What the channel's secret is called in the environment."""
    return f"WIREWATCH_CHANNEL__{name.upper()}__SECRET"


def entrusted(channels: Sequence[ChannelConfig], secrets: Mapping[str, str]) -> list[ChannelConfig]:
    """The channels, each with its secret; `secrets` are those that are set, by their variable.

    Raises `Unusable` for a secret of no channel.
    """
    wanted = {variable(channel.name) for channel in channels}
    for unclaimed in sorted(secrets.keys() - wanted):
        near = suggest(unclaimed, wanted)
        raise Unusable(
            f"the environment variable {unclaimed} is the secret of no [[channel]]"
            + (f"; did you mean {near}?" if near else "")
        )
    return [
        channel.model_copy(update={"secret": SecretStr(secrets[variable(channel.name)])})
        if variable(channel.name) in secrets
        else channel
        for channel in channels
    ]
