"""Suffixes that a word may take, where no dictionary of its language ships: one expression each.

A term in such a language is a stem and these. They are linear: no part can match in two ways that
differ in more than a letter or two, and words are short.
"""

from __future__ import annotations

from types import MappingProxyType

# Turkic words add plural, then possessive, then case: "серіктес-тік-тер-іміз-ге".
_KAZAKH = (
    "(?:[лдт][ае]р)?(?:[ыі]?м(?:[ыі]з)?|[ыі]?[ңн](?:[ыі]з)?|с?[ыі])?"
    "(?:[нтд][ыі]ң|[дт][ае]н|н[ае]н|[дт][ае]|нд[ае]|[гқкғ][ае]|[нтд][ыі]|н|[мбп]ен(?:ен)?|[ае])?"
)
_KYRGYZ = (
    "(?:[лдт][аеоө]р)?(?:[ыиуү]?м|[ыиуү]?ң|[ыиуү]?б[ыиуү]з|с?[ыиуү])?"
    "(?:[нтд][ыиуү]н|[дт][аеоө]н|н[аеоө]н|[дт][аеоө]|нд[аеоө]|[гк][аеоө]|[нтд][ыиуү]|н|[аеоө])?"
)
_UZBEK = "(?:lar)?(?:i?m(?:iz)?|i?ng(?:iz)?|s?i)?(?:ning|dan|da|ga|ka|qa|ni)?"
_UZBEK_CYRILLIC = "(?:лар)?(?:и?м(?:из)?|и?нг(?:из)?|с?и)?(?:нинг|дан|да|га|ка|қа|ни)?"
# Letters are folded: "ı" is "i", "ü" is "u", "ö" is "o", "ş" is "s".
_TURKISH = (
    "(?:l[ae]r)?(?:[iu]?m(?:[iu]z)?|[iu]?n(?:[iu]z)?|s?[iu])?"
    "(?:n?[iu]n|n?d[ae]n|t[ae]n|n?d[ae]|t[ae]|[yn]?[ae]|[yn]?[iu]|yl[ae]|l[ae])?(?:ki)?"
)
# Belarusian: all endings of nouns and adjectives after the stem; verbs are written as they are.
_BELARUSIAN = (
    "(?:а|я|у|ю|ы|і|е|э|о|ам|ям|ом|ем|ём|ах|ях|амі|ямі|ай|яй|ою|аю|яю|аў|яў|оў|ёў|ей|ць|"
    "ага|яга|ога|аму|яму|ому|ым|ім|ая|яя|ую|юю|ае|яе|ое|ыя|ія|ых|іх|ымі|імі)?"
)
# What is written together at the end of an Arabic word: whose it is, and how many there are.
_ARABIC = "(?:ه|ها|هم|هما|نا|ي|ك|كم|ات|اته|اتها|اتهم|ين|ون|ان)?"

ENDINGS = MappingProxyType(
    {
        "kk": _KAZAKH,
        "ky": _KYRGYZ,
        "uz": f"(?:{_UZBEK}|{_UZBEK_CYRILLIC})",
        "tr": _TURKISH,
        "be": _BELARUSIAN,
        "ar": _ARABIC,
    }
)
