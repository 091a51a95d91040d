"""Script folding: one text written in two alphabets, or in two forms of one, reads the same.

Traditional Chinese is read as simplified; Kazakh and Uzbek in Cyrillic as in Latin letters; Latin
letters that stand for their Cyrillic likeness, as such. `romanised` writes a name of either
alphabet in bare Latin letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

# Spellings that editors change without a thought: quotes, hamza and vowel marks in Arabic, and
# characters that do not show.
_FOLD = dict(zip("أإآةىیک’‘ʼʻё", "اااهييك''''е", strict=True)) | dict.fromkeys(
    [*map(chr, range(0x64B, 0x653)), "ـ", "\xad", *map(chr, range(0x200B, 0x2010)), "\ufeff"], ""
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_CYRILLIC = re.compile(r"[\u0430-\u052f]")
_MIXED = re.compile(r"[a-z][\u0430-\u045f]|[\u0430-\u045f][a-z]")
_LATIN_WORD = re.compile(r"[a-z\u0430-\u045f]+")
_LIKENESSES = str.maketrans("aeopcxykmthbi", "аеорсхукмтнві")
_LIKE_CYRILLIC = frozenset("aeopcxykmthbi")
# Letters of Turkic Cyrillic that Russian lacks; and "q", which Latin Kazakh and Uzbek use where
# others write "qu". Of other languages a text has few of either.
_TURKIC_CYRILLIC = re.compile(r"[әғқңұҳў]")
_TURKIC_LATIN = re.compile(r"q(?!u)")
_SHARE = 60  # characters for each such letter, at most
_SAMPLE = 2_000
_TO_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхыіңғүұөқһәўҳҷӣӯэъьґєїѐј",
        (
            *("a", "b", "v", "g", "d", "e", "j", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r"),
            *("s", "t", "u", "f", "h", "i", "i", "n", "g", "u", "u", "o", "k", "h", "a", "o", "h"),
            *("j", "i", "u", "e", "", "", "g", "e", "i", "e", "i"),
        ),
        strict=True,
    )
) | {"ц": "c", "ч": "c", "ш": "s", "щ": "s", "ю": "iu", "я": "ia", "ё": "io"}
_CYRILLIC_TO_LATIN = {ord(one): other for one, other in _TO_LATIN.items()}
# What is one letter there is two in some spellings here; letters that spellings take for another.
_DIGRAPHS = (
    ("sh", "s"),
    ("ch", "c"),
    ("ts", "c"),
    ("zh", "j"),
    ("dj", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("q", "k"),
    ("x", "h"),
    ("y", "i"),
    ("w", "u"),
)
_PLAIN = {ord("ı"): "i", ord("ə"): "a", ord("ø"): "o", ord("ł"): "l", ord("ß"): "ss"}
_DOUBLED = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """A text in lower case, in the spelling by which texts are compared."""
    text = text.casefold()
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    # `str.translate` looks at each character by itself, and takes ten times as long.
    for char, folded in _FOLD.items():
        text = text.replace(char, folded)
    if _HAN.search(text):
        return text.translate(_simplified())
    if _CYRILLIC.search(text):
        text = _in_one_alphabet(text)
    return romanised(text) if _is_turkic(text) else text


def romanised(text: str) -> str:
    """Cyrillic and Latin letters, in lower case, as bare Latin ones; sounds that get mixed up are
    one letter.
    """
    if not text.isascii():
        text = text.translate(_CYRILLIC_TO_LATIN).translate(_PLAIN)
        text = unicodedata.normalize("NFD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    for spelling, sound in _DIGRAPHS:
        text = text.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", text.replace("'", ""))


def _in_one_alphabet(text: str) -> str:
    """Where words mix the two alphabets, the letters that look alike are Cyrillic."""
    if not _MIXED.search(text):
        return text
    return _LATIN_WORD.sub(_as_cyrillic, text)


def _as_cyrillic(found: re.Match[str]) -> str:
    word = found[0]
    latin = {letter for letter in word if letter <= "z"}
    return word.translate(_LIKENESSES) if latin and latin <= _LIKE_CYRILLIC else word


def _is_turkic(text: str) -> bool:
    sample = text[:_SAMPLE]
    pattern = _TURKIC_CYRILLIC if _CYRILLIC.search(sample) else _TURKIC_LATIN
    return len(pattern.findall(sample)) * _SHARE > len(sample)


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional character -> simplified: the table that ships."""
    lines = files("pipelines.stories").joinpath("simplified.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if not line.startswith("#"))
    return {
        ord(one): other
        for traditional, simplified in pairs
        for one, other in zip(traditional, simplified, strict=True)
    }
