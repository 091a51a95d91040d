"""Language identification of a text; the page's claim counts only for one that is too short."""

from __future__ import annotations

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SAMPLE = 400  # characters: more takes time and changes nothing
_ENOUGH = 200
_SHORTEST = 20


def find_language(text: str, claim: str, expected: tuple[str, ...]) -> str:
    """ISO 639-1. `claim` is the page's, `expected` are the source's; "" where nobody knows."""
    sample = text[:_SAMPLE]
    if len(sample) < _SHORTEST:
        return claim or (expected[0] if len(expected) == 1 else "")
    found = str(_identifier().classify(sample)[0])
    if len(sample) >= _ENOUGH:
        return found
    plausible = {name for name in (claim, *expected) if name}
    if not plausible or found in plausible:
        return found
    return claim or expected[0]


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)
