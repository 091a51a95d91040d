"""Which kinds of channels there are, told by the files that deliver them; none is imported."""

from __future__ import annotations

import pkgutil
from importlib.util import find_spec

from crawler.model.formatting import suggest

PACKAGE = "alerts.channels"


def kinds() -> tuple[str, ...]:
    """What a channel's `kind` can be: each file in alerts/channels/, by name."""
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    return tuple(sorted(module.name for module in pkgutil.iter_modules(places or [])))


def known(kind: str) -> str:
    """The kind, if there is one of this name; raises ValueError with those that there are."""
    there = kinds()
    if kind not in there:
        near = suggest(kind, there)
        raise ValueError(
            f"expected one of {', '.join(there)}" + (f"; did you mean {near}?" if near else "")
        )
    return kind
