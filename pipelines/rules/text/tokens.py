"""Tokenizer: folds a text into the words that terms match, and lead each back to the original.

A folded text is a row of words in lower case: runs of letters and digits, parted by anything else.
Hyphens, quotes and apostrophes all part words; soft hyphens, stress marks, Arabic vowel signs and
zero-width characters vanish; "ё" is "е", "é" is "e", "ﬁ" is "fi"; a Latin "C" inside a Cyrillic
word is the Cyrillic letter. Chinese and Japanese characters are words of one character each.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from pipelines.rules.text.fold_table import (
    CYRILLIC,
    IDEOGRAM,
    LATIN,
    LIGATURE,
    LOOKALIKES,
    MARK,
    PLANE,
    SPACE,
    folding_table,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.rules.text.fold_table import Codes

    Offsets = NDArray[np.intp]

_LIKE_LATIN = {ord(cyrillic): ord(latin) for cyrillic, latin in LOOKALIKES.items()}
_LIKE_CYRILLIC = {latin: cyrillic for cyrillic, latin in _LIKE_LATIN.items()}


@dataclass(slots=True, kw_only=True)
class FoldedText:
    """The words of a text; what leads back to it is worked out for the first who asks."""

    words: list[str]
    ideographic: bool
    _codes: Codes = field(repr=False)  # as written, after care was taken
    _flat: Codes = field(repr=False)
    _origin: Offsets | None = field(repr=False)  # of each code; None: its own place
    _edges: list[int] | None = field(default=None, repr=False)
    _cased: list[str] | None = field(default=None, repr=False)
    _halves: list[int] | None = field(default=None, repr=False)  # in texts with ideograms

    @property
    def cased(self) -> list[str]:
        """The same words with their capitals."""
        if self._cased is None:
            self._cased = _decode(folding_table().cased[self._codes]).split()
        return self._cased

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Where the words from `first` to before `end` stand in the original, end exclusive."""
        if self._edges is None:
            self._edges = self._find_edges()
        return self._edges[2 * first], self._edges[2 * end - 1]

    def place(self, word: int) -> int:
        """How many words stand before it; two ideograms are about one word."""
        if not self.ideographic:
            return word
        if self._halves is None:
            halves = [1 if "\u3005" <= one[0] < "\ua000" else 2 for one in self.words]
            self._halves = [half // 2 for half in accumulate(halves, initial=0)]
        return self._halves[word]

    def _find_edges(self) -> list[int]:
        """Where each word begins and ends, in turn."""
        solid = np.zeros(len(self._flat) + 2, np.bool_)
        np.not_equal(self._flat, SPACE, out=solid[1:-1])
        edges = np.flatnonzero(solid[1:] != solid[:-1])
        if self._origin is not None:
            edges[::2] = self._origin[edges[::2]]
            edges[1::2] = self._origin[edges[1::2] - 1] + 1
        return edges.tolist()


def fold(text: str) -> FoldedText:
    """Fold `text`; equal texts fold equally, and so do terms."""
    table = folding_table()
    codes: Codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    origin: Offsets | None = None
    ideographic = False
    highest = int(codes.max()) if len(codes) else 0
    if highest >= PLANE:
        codes = _within_the_plane(codes)
    if highest >= 0x80:
        codes, origin, ideographic = _with_care(codes)
    flat = table.flat[codes]
    if not flat.all():
        kept = np.flatnonzero(flat)
        codes, flat = codes[kept], flat[kept]
        origin = kept if origin is None else origin[kept]
    return FoldedText(
        words=_decode(flat).split(),
        ideographic=ideographic,
        _codes=codes,
        _flat=flat,
        _origin=origin,
    )


def _decode(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le")


def _within_the_plane(codes: Codes) -> Codes:
    """Characters beyond the plane by their compatible form ("𝐍" is "N"), else a space."""
    codes = codes.copy()
    for index in np.flatnonzero(codes >= PLANE).tolist():
        plain = unicodedata.normalize("NFKC", chr(codes[index]))
        codes[index] = ord(plain) if len(plain) == 1 and ord(plain) < PLANE else SPACE
    return codes


def _with_care(codes: Codes) -> tuple[Codes, Offsets | None, bool]:
    """What no table can say, for it depends on the neighbours; and where each code came from."""
    care = folding_table().care[codes]
    needed = int(np.bitwise_or.reduce(care))
    origin: Offsets | None = None
    if needed & MARK:
        codes = _composed(codes, care)
    if needed & LATIN and needed & CYRILLIC:
        codes = _in_one_script(codes, care)
    if needed & (LIGATURE | IDEOGRAM):
        codes, origin = _spread(codes, care)
    return codes, origin, bool(needed & IDEOGRAM)


def _composed(codes: Codes, care: NDArray[np.uint8]) -> Codes:
    """A letter and the mark after it as one letter, where there is one: "и" and breve are "й"."""
    codes = codes.copy()
    for index in np.flatnonzero(care & MARK).tolist():
        if index and not care[index - 1] & MARK:
            one = unicodedata.normalize("NFC", chr(codes[index - 1]) + chr(codes[index]))
            if len(one) == 1:
                codes[index - 1] = ord(one)
    return codes


def _in_one_script(codes: Codes, care: NDArray[np.uint8]) -> Codes:
    """Words that mix Latin and Cyrillic letters, written in the one they mostly are in."""
    latin, cyrillic = (care & LATIN) > 0, (care & CYRILLIC) > 0
    mixed = (latin[1:] & cyrillic[:-1]) | (cyrillic[1:] & latin[:-1])
    if not mixed.any():
        return codes
    codes = codes.copy()
    parts = (folding_table().flat[codes] == SPACE) | ((care & IDEOGRAM) > 0)
    done = -1
    for index in np.flatnonzero(mixed).tolist():
        if index < done:
            continue
        begin, done = _word_around(parts, index)
        written = codes[begin:done].tolist()
        codes[begin:done] = _rewritten(written, care[begin:done])
    return codes


def _word_around(parts: NDArray[np.bool_], index: int) -> tuple[int, int]:
    begin = end = index
    while begin and not parts[begin - 1]:
        begin -= 1
    while end < len(parts) and not parts[end]:
        end += 1
    return begin, end


def _rewritten(word: list[int], care: NDArray[np.uint8]) -> list[int]:
    latin = [code for code, kind in zip(word, care.tolist(), strict=True) if kind & LATIN]
    cyrillic = [code for code, kind in zip(word, care.tolist(), strict=True) if kind & CYRILLIC]
    can_be_cyrillic = all(_bare(code) in _LIKE_CYRILLIC for code in latin)
    can_be_latin = all(_bare(code) in _LIKE_LATIN for code in cyrillic)
    if can_be_cyrillic and (len(cyrillic) >= len(latin) or not can_be_latin):
        return [_LIKE_CYRILLIC.get(_bare(code), code) for code in word]
    if can_be_latin:
        return [_LIKE_LATIN.get(_bare(code), code) for code in word]
    return word


def _bare(code: int) -> int:
    """The letter without its marks, which are folded away anyway: "á" is "a"."""
    return ord(unicodedata.normalize("NFD", chr(code))[0])


def _spread(codes: Codes, care: NDArray[np.uint8]) -> tuple[Codes, Offsets]:
    """Ligatures as the letters they stand for; a space on both sides of each ideogram."""
    widths = np.ones(len(codes), np.intp)
    ideograms = np.flatnonzero(care & IDEOGRAM)
    widths[ideograms] = 3
    ligatures = {}
    for index in np.flatnonzero(care & LIGATURE).tolist():
        plain = unicodedata.normalize("NFKC", chr(codes[index]))
        ligatures[index] = [ord(char) for char in plain if ord(char) < PLANE]
        widths[index] = len(ligatures[index])
    origin: Offsets = np.repeat(np.arange(len(codes)), widths)
    spread = np.repeat(codes, widths)
    begins = np.cumsum(widths) - widths
    spread[begins[ideograms]] = SPACE
    spread[begins[ideograms] + 2] = SPACE
    for index, plain_codes in ligatures.items():
        spread[begins[index] : begins[index] + len(plain_codes)] = plain_codes
    return spread, origin
