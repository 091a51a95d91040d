"""Difference of two configurations: which settings read otherwise, by name and never by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from crawler.config.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Tables that a process reads once: what holds their things open lives as long as it does.
AT_START = ("store", "extraction", "websub", "metrics", "log")


def differing(old: Config, new: Config) -> list[str]:
    """Every setting that differs: `enabled`, `alerts.max_age`, `channel.desk`, `source.paper`."""
    return [name for key in Config.model_fields for name in _of(key, old, new)]


def tables(names: Sequence[str]) -> set[str]:
    """The tables that these settings stand in."""
    return {name.partition(".")[0] for name in names}


def at_start(names: Sequence[str]) -> list[str]:
    """Those of the settings that take effect when a process starts, and not before."""
    return [name for name in names if name.partition(".")[0] in AT_START]


def in_force(old: Config, new: Config) -> Config:
    """The new one, but with what a process that runs cannot change as it was."""
    return new.model_copy(update={key: getattr(old, key) for key in AT_START})


def _of(key: str, old: Config, new: Config) -> Iterator[str]:
    before, after = getattr(old, key), getattr(new, key)
    if before == after:
        return
    if isinstance(before, BaseModel):
        inner = type(before).model_fields
        yield from (f"{key}.{name}" for name in inner if _other(before, after, name))
    elif key in {"channel", "source"}:
        known, wanted = ({one.name: one for one in many} for many in (before, after))
        named = [name for name in {**known, **wanted} if known.get(name) != wanted.get(name)]
        yield from (f"{key}.{name}" for name in named)
        if not named:
            yield key  # the same ones in another order
    else:
        yield key


def _other(before: BaseModel, after: BaseModel, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))
