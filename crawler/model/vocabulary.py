"""Vocabulary: the names that routes and mutes may speak of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the rules in use are called, what they are about, and whom they know."""

    rules: frozenset[str]
    topics: frozenset[str]
    entities: frozenset[str]  # ids and types
