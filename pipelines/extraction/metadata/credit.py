"""Credit and dateline, from the first and last lines of a story: where it was written, whose it is.

"MINSK, 3 September (BelTA) – ...", "МОСКВА, 7 ноября. /ТАСС/. ...", "ASTANA. KAZINFORM ...",
"21 июня, Минск /Корр. БЕЛТА/. ...". A phrase that names the origin ("BelTA has learned", "citing
Xinhua") counts more than the name that opens the text: that may be the outlet that reprints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.extraction.metadata.agencies import fold, pattern, spellings

# Capitals of English, Russian, Kazakh, Tajik; then Azerbaijani, Turkish, Romanian.
_ALPHABETS = "A-ZА-ЯЁҚӘІҢҒҮҰӨҺҲҶӢӮÇƏĞİÖŞÜÝŽŇȘȚĂÂÎ"
_UPPER = rf"[{_ALPHABETS}]"
# "MINSK", "NUR-SULTAN", "UNITED NATIONS", "WASHINGTON, D.C."; or "Минск", before an agency's mark.
_CAPITALS = rf"{_UPPER}[{_ALPHABETS}.'’-]+(?:[ -]{_UPPER}[{_ALPHABETS}.'’-]+){{0,3}}"
_WORDS = rf"{_UPPER}[\w'’.-]+(?:[ -]{_UPPER}[\w'’.-]+){{0,3}}"
_REGION = rf"(?:, {_WORDS})??(?!\w)"
_DAY = (
    r"(?:(?:\d{1,2}(?:st|nd|rd|th)?(?:\s+|-)[^\W\d_]{3,10}\.?|[^\W\d_]{3,10}\.?\s+\d{1,2})"
    r"(?:,?\s+\d{4})?(?:\s+г\.)?|\d{1,2}\.\d{1,2}\.\d{4})"
)
_DASH = r"\s*(?:--|[–—―-]|:)*\s*"
_MARK = (
    r"[(/\[]\s*(?:(?i:корр|соб\.?\s*корр|corr)\.?\s*)?(?P<agency>{agency})[^()/\[\]]{{0,30}}[)/\]]"
)
_OPENINGS = (
    rf"(?P<place>{_WORDS}{_REGION})[,.]?\s*(?:{_DAY}[,.]?)?\s*(?:[-–—]\s*)?{_MARK}[.,]?{_DASH}",
    rf"{_DAY},\s*(?P<place>{_WORDS})[,.]?\s*{_MARK}[.,]?{_DASH}",
    rf"{_MARK}\s*[-–—]\s*(?P<place>{_CAPITALS}),\s*{_DAY}\s*[-–—]\s*",
    rf"{_MARK}[.,]?{_DASH}",
    rf"(?P<place>{_WORDS})\.\s+(?P<agency>{{agency}}):\s*",
    rf"(?P<place>{_WORDS})\.\s+{_DAY}[.,]?\s+(?P<agency>{{agency}})\s*[-–—]\s*",
    rf"(?P<place>{_WORDS}),\s*{_DAY},?\s+(?P<agency>{{agency}})[.,]?[^\S\n]*(?:\n|[-–—]\s)\s*",
    rf"(?P<place>{_CAPITALS})\.\s+(?:{_DAY}[.,]?\s+)?(?P<agency>{{agency}})\.?{_DASH}(?:/[^/]{{2,60}}/[.,]?{_DASH})?",
    rf"(?P<place>{_CAPITALS}),\s*{_DAY}\s*[-–—,]\s*(?P<agency>{{agency}})[.,]?{_DASH}",
    r"\((?P<place>[^\s()=]{1,20})=(?P<agency>{agency})\)\s*(?:[^=\n]{2,30}=\s*)?",
    r"(?P<agency>{agency})\s+(?:--|[-–—])\s+",
    rf"(?P<place>{_CAPITALS}{_REGION}),\s*{_DAY}[.,]?\s*(?:--|[–—-])\s*",
    rf"(?P<place>{_CAPITALS}{_REGION}),\s*{_DAY}\.\s+(?={_UPPER})",
    rf"(?P<place>{_CAPITALS}{_REGION})\s*(?:--|[–—]|\s-\s)\s*",
)
_CITING = (
    r"(?:citing|cites|with reference to|referring to|quoting|со ссылкой на|ссылаясь на)"
    r"(?:\s+(?:the|агентство|информагентство|news agency))?\s+(?P<agency>{agency})"
)
_LEARNED = (
    r"(?:(?:a\s+)?(?:the\s+)?(?P<agency>{agency})(?:'s|’s)?(?: correspondent| news agency)?,?"
    r"\s+(?:has |have )?(?:learned|learnt)"
    r"|стало известно(?: корреспонденту| агентству)?\s+(?P<heard>{agency})"
    r"|(?:сообщили|рассказал[аи]?) (?:корреспонденту |агентству )?(?P<told>{agency})(?:\s+в)?)"
)
_REPORTS = (
    r"(?:(?P<agency>{agency})(?: News Agency| news agency)?(?: correspondent)?\s+"
    r"(?:reports?|reported|informs?|informed|says|сообщает|передает|передаёт|информирует)"
    r"|(?:reports|reported by|according to|told|сообщает|сообщил[аи]?|передает|передаёт|пишет)"
    r"(?:\s+(?:корреспондент|корр\.|агентство|информагентство|the|МИА))*\s+(?P<by>{agency}))"
)
_SIGNATURE = r"^\s*(?:Source|Источник|Sources)\s*[:—-]\s*(?P<agency>{agency})"
_WITH = r"(?:[,/&+]|\s(?:and|и|und|et|y)\s)"
_CLOSING = (
    # "(AFP)", "/ТАСС/", "[Reuters]", "(AFP/dpa)" and nothing after it
    rf"[(\[/（]\s*(?P<agency>{{agency}})(?:\s?{_WITH}\s?[\w .-]{{2,30}})?\s*[)\]/）][.\s]*\Z",
    # "— Reuters", "© AFP 2026", "来源：新华社" at the end of the last line
    (
        rf"(?:[–—]|\s-|©|\(c\)|[:：])\s*(?:\d{{4}}\s+)?(?P<agency>{{agency}})"
        rf"(?:\s?{_WITH}\s?[\w .-]{{2,30}})?(?:\s\d{{4}})?[.\s]*\Z"
    ),
    # The last line is the name, or says that the text is made of the agency's.
    (
        rf"\n\s*(?:(?:by|via|from|par|por|von|от)\s+)?(?P<agency>{{agency}})"
        rf"(?:\s?{_WITH}\s?[\w .-]{{2,30}})?[.\s]*\Z"
    ),
    (
        r"(?i:with (?:additional |further )?(?:inputs?|reporting|material|files) (?:from|by)"
        r"|additional reporting by|copyright|provided by|courtesy of|по материалам|по сообщению"
        r"|по информации|avec|con información de|mit material von)"
        r"\s+(?:the\s+|агентства\s+)?(?P<agency>{agency})[^\n]{0,40}\Z"
    ),
)
_ENDING = 160  # characters
_BYLINE = (
    r"^\s*(?i:by|par|por|von|from|via|автор:?|источник:?)\s+(?:[^\n,|]{2,50}[,|]\s*)?"
    r"(?P<agency>{agency})(?:\s(?i:staff|news agency|correspondent))?\s*$"
)
_OPENING_LINES = 200  # characters in which a byline stands
_OF_AN_AUTHOR = re.compile(
    r"\b(?:staff|news ?agency|agency|correspondents?|writers?|reporters?|news ?desk|via|with|from"
    r"|корр|агентство|информагентство|редакция)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,/|&()]|\s[-–—]\s")
_TAIL = (
    r",\s+(?:as\s+)?(?:(?:the\s+)?{agency}(?: [Nn]ews [Aa]gency)?\s+(?:has\s+)?"
    r"(?:learned|learnt|reports|reported)"
    r"|(?:reports|сообщает|передает|передаёт)(?:\s+(?:корреспондент|агентство|МИА))?\s+{agency})(?=\.)"
)
# One of these stands in whatever a phrase can match: told much faster than by the pattern.
_CUES = {
    _CITING: ("citing", "cites", "with reference to", "referring to", "quoting", "ссыл"),
    _LEARNED: ("learn", "стало известно", "сообщили", "рассказал"),
    _SIGNATURE: ("Source", "Источник"),
    _REPORTS: (
        "report",
        "inform",
        "says",
        "according",
        "told",
        "сообщ",
        "переда",
        "информ",
        "пишет",
    ),
}
_TAIL_CUES = ("learn", "report", "сообщает", "переда")
_HEAD_CHARACTERS = 900
_LEAD = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose story it is, where it was written, and its first sentences without either."""

    credit: str
    dateline: str
    lead: str


def find_origin(
    text: str,
    own: tuple[str, ...] = (),
    *,
    declared: tuple[str, ...] = (),
    authors: tuple[str, ...] = (),
) -> Origin:
    """`own` are the names that the source signs its own text with, `declared` those of all sources.

    A declared name is often a body that news is about: it is a credit as a mark or a byline, and
    not where a sentence tells what it says. `authors` are as the page names them.
    """
    opening, ending = text[:_HEAD_CHARACTERS], text[-_ENDING:]
    signing = tuple(dict.fromkeys((*own, *declared)))
    first = next((found for p in _compiled(_OPENINGS, own) if (found := p.match(opening))), None)
    if first is None or not first.groupdict().get("agency"):
        marked_by = (p.match(opening) for p in _compiled(_OPENINGS, signing))
        first = next((found for found in marked_by if found), first)
    marked = _agency(first, signing) if first else ""
    closing = (found for p in _compiled(_CLOSING, signing) if (found := p.search(ending)))
    credit = (
        _named(_CITING, opening, own)
        or _named(_LEARNED, opening, own)
        or marked
        or _named(_SIGNATURE, text[-300:], signing)
        or next((_agency(found, signing) for found in closing), "")
        or _named(_BYLINE, text[:_OPENING_LINES], signing)
        or _credited(authors, own, signing)
        or _named(_REPORTS, opening, own)
    )
    place = (first.groupdict().get("place") or "") if first else ""
    rest = text[first.end() :] if first else text
    return Origin(credit=credit, dateline=place.strip(" ,."), lead=_lead(rest, own))


def _credited(authors: tuple[str, ...], own: tuple[str, ...], signing: tuple[str, ...]) -> str:
    """The agency among the authors, unless it is the outlet itself."""
    known, ours = spellings(signing), {fold(name) for name in own}
    for author in authors:
        for part in _PARTS.split(author):
            written = fold(_OF_AN_AUTHOR.sub(" ", part))
            if written in known and written not in ours:
                return known[written]
    return ""


def _named(template: str, text: str, own: tuple[str, ...]) -> str:
    if template in _CUES and not any(cue in text for cue in _CUES[template]):
        return ""
    found = _compiled((template,), own)[0].search(text)
    return _agency(found, own) if found else ""


def _agency(found: re.Match[str], own: tuple[str, ...]) -> str:
    groups = found.groupdict()
    written = next((groups[g] for g in ("agency", "heard", "told", "by") if groups.get(g)), "")
    return spellings(own).get(fold(written), written)


@lru_cache(maxsize=512)
def _compiled(templates: tuple[str, ...], own: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    agency = pattern(own)
    return tuple(
        re.compile(
            template.replace("{agency}", agency).replace("{{", "{").replace("}}", "}"),
            re.MULTILINE,
        )
        for template in templates
    )


def _lead(text: str, own: tuple[str, ...]) -> str:
    """Whole sentences, as many as fit; at least one."""
    plain = " ".join(text[: 4 * _LEAD].split())
    if any(cue in plain for cue in _TAIL_CUES):
        plain = _compiled((_TAIL,), own)[0].sub("", plain)
    if len(plain) <= _LEAD:
        return plain
    ends = [m.end() for m in re.finditer(r"[.!?…](?:[\"”»)]+)?(?=\s+[«\"“(]?[A-ZА-ЯЁ0-9])", plain)]
    fitting = [end for end in ends if end <= _LEAD]
    if fitting:
        return plain[: fitting[-1]]
    if ends and ends[0] <= 2 * _LEAD:
        return plain[: ends[0]]
    return plain[:_LEAD].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
