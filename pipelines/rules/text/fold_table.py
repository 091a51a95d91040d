"""Fold table: what each character is folded to, for a whole text at once.

The tables hold the Basic Multilingual Plane. Beyond it, letters stand for themselves.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]

PLANE = 0x10000
SPACE = 32
NOTHING = 0  # what an invisible character is folded to

# What a character may need beyond the look-up; one bit each.
MARK, LIGATURE, LATIN, CYRILLIC, IDEOGRAM = 1, 2, 4, 8, 16

# Letters that are written one for another.
_SAME = dict(zip("ёЁİıأإآىةئؤٱکیے", "еЕIiاااي\u0647\u064a\u0648ا\u0643\u064a\u064a", strict=True))
# Soft hyphen, combining marks, Arabic tatweel and vowel signs, zero-width characters.
_INVISIBLE = (
    (0xAD, 0xAE),
    (0x300, 0x370),
    (0x483, 0x488),
    (0x610, 0x61B),
    (0x640, 0x641),
    (0x64B, 0x660),
    (0x670, 0x671),
    (0x200B, 0x2010),
    (0x202A, 0x202F),
    (0x2060, 0x2065),
    (0x2066, 0x206A),
    (0xFE00, 0xFE10),
    (0xFEFF, 0xFF00),
)
# Uzbek "oʻ" is written with any of six signs: all of them part a word, as an apostrophe does.
_SIGNS = (0x2B0, 0x300)
_IDEOGRAMS = ((0x3005, 0x3008), (0x3040, 0x3100), (0x3400, 0x4DC0), (0x4E00, 0xA000))
# Cyrillic letters and the Latin ones that look the same, in both cases.
LOOKALIKES = dict(zip("АВЕКМНОРСТУХаеорсухІіЈјЅѕ", "ABEKMHOPCTYXaeopcyxIiJjSs", strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldingTable:
    """Tables of one entry a code point: folded, folded with capitals, and what needs care."""

    flat: Codes
    cased: Codes
    care: NDArray[np.uint8]


@lru_cache(maxsize=1)
def folding_table() -> FoldingTable:
    """The tables; building them takes a few hundredths of a second, once a process."""
    flat = np.full(PLANE, SPACE, np.uint32)
    cased = np.full(PLANE, SPACE, np.uint32)
    care = np.zeros(PLANE, np.uint8)
    for code in range(PLANE):
        char = chr(code)
        if char.isalnum() and not _SIGNS[0] <= code < _SIGNS[1]:
            bare = _bare(char)
            cased[code] = ord(bare)
            low = _SAME.get(bare.lower(), bare.lower())
            flat[code] = ord(low if len(low) == 1 else bare)
            if len(unicodedata.normalize("NFKC", char)) > 1:
                care[code] = LIGATURE
    for first, end in _INVISIBLE:
        flat[first:end] = cased[first:end] = NOTHING
    for first, end in _IDEOGRAMS:
        care[first:end] = IDEOGRAM
    care[0x300:0x370] = MARK
    care[0x41:0x5B] |= LATIN
    care[0x61:0x7B] |= LATIN
    care[0xC0:0x250] |= LATIN
    care[0x400:0x482] |= CYRILLIC
    care[0x48A:0x530] |= CYRILLIC
    return FoldingTable(flat=flat, cased=cased, care=care)


def _bare(char: str) -> str:
    """One character in its plainest spelling: full-width, presentation and accented forms."""
    plain = unicodedata.normalize("NFKC", char)
    plain = plain if len(plain) == 1 and plain.isalnum() else char
    if not "\u00c0" <= plain <= "\u03ff" and not "\u1e00" <= plain <= "\u1fff":
        return _SAME.get(plain, plain)
    parts = unicodedata.normalize("NFD", plain)
    if len(parts) > 1 and all(map(unicodedata.combining, parts[1:])):
        plain = parts[0]
    return _SAME.get(plain, plain)
