"""Correction notices: does an article say that it corrects or takes back an earlier one?"""

from __future__ import annotations

import re

_OPENING = 300  # characters of the text in which it would stand
_NOTICES = (
    r"correction|corrected|corrects|refile|retraction|retracted|withdrawn|clarification"
    r"|kill notice|уточнение|исправленная версия|исправление|исправлено"
    r"|поправка|опровержение|отозвано|аннулировано|выпраўленне|түзету"
    r"|rectificatif|rectification|correctif|rectificación|corrección|fe de erratas"
    r"|berichtigung|korrektur|berichtigt|düzeltme"
    r"|更正|勘误|撤稿|تصحيح|تصويب"
)
# "CORRECTED-UPDATE 1-…", "Correction: …", "(Corrects the number in paragraph 2)"; a headline that
# only begins with such a word ("Corrections officers …") says something else.
_NOTICE = re.compile(
    rf"(?:^|\n)[^\w\n]*(?:{_NOTICES})\s*[-–—:：)\]】]|[(\[【]\s*(?:{_NOTICES})(?!\w)", re.IGNORECASE
)


def corrects(title: str, text: str) -> bool:
    """Whether headline or opening say so."""
    return bool(_NOTICE.search(title) or _NOTICE.search(text[:_OPENING]))
