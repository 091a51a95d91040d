"""What states are called in the languages of the region, from Unicode's CLDR.

CLDR knows names and no demonyms: "Kazakh", "казахстанский" stand in entities/states.toml.
"""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError

LANGUAGES = (
    "fr",
    "es",
    "ar",
    "zh",
    "kk",
    "be",
    "de",
    "tr",
    "ky",
    "uz",
    "az",
    "uk",
    "hy",
    "tg",
)
_PREFIX = "state_"
_SHORTEST = 4  # letters of a name in Latin script: a shorter one is a word somewhere


def names(entity: str) -> dict[str, str]:
    """By language, the name of the state with this id ("state_kz"); empty for other entities."""
    if not entity.startswith(_PREFIX):
        return {}
    code = entity.removeprefix(_PREFIX).upper()
    found = ((language, _territories(language).get(code, "")) for language in LANGUAGES)
    return {language: name for language, name in found if name and not _is_risky(name)}


def _is_risky(name: str) -> bool:
    return (len(name) < _SHORTEST and name[0] < "\u0370") or not name.replace(" ", "").isalpha()


@lru_cache(maxsize=len(LANGUAGES))
def _territories(language: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(language).territories)
    except UnknownLocaleError:
        return {}
