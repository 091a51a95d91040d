"""Boilerplate filter: drops lines about other pages, newsletters, or the outlet itself.

They come with the article's own paragraphs, in the same element, and no markup tells them apart:
what they begin with does.
"""

from __future__ import annotations

import re

# "Read more: ..." and its like: a pointer, then what it points to; or the pointer alone.
_POINTERS = (
    r"read (?:more|also|next)|also read|see (?:more|also)|more on this"
    r"|related(?: (?:articles?|stories|news|content))?|don['’]t miss|more|also on [\w.]{1,60}"
    r"|recommended|up next|watch(?: now| more)?|listen|editor['’]s picks?"
    r"|lesen sie (?:auch|mehr)|mehr (?:zum thema|dazu)|auch interessant|zum artikel|lire aussi"
    r"|à lire aussi|sur le même sujet|lee también|lea también|te puede interesar|leggi anche"
    r"|leia (?:também|mais)|veja também|czytaj (?:więcej|także|też)|zobacz (?:także|też)"
    r"|les også|læs også|läs (?:också|även|mer)|čtěte (?:také|více)|přečtěte si|lees ook"
    r"|ayrıca bakınız|ilgili haberler?|lue myös|olvasson tovább|читайте также|читать также"
    r"|смотрите также|материалы по теме|по теме|см\. также|читайте ще|также читайте"
    r"|相关阅读|相关报道|延伸阅读|推荐阅读|اقرأ (?:أيضا|أيضًا|المزيد)"
)
_INVITATIONS = (
    r"sign up (?:for|to|here)|subscribe (?:to|for|now)"
    r"|follow (?:us|\S+(?: \S+){0,3}) on (?:twitter|facebook|x\b|instagram|google|telegram)"
    r"|get the (?:latest|day['’]s)|have a (?:news )?tip\b|got a (?:story|tip|news tip)\b"
    r"|get in touch with our|for more stories like this|like this story\?"
    r"|join our (?:newsletter|channel|community|forums?|telegram|whatsapp|free|space)"
    r"|click here (?:to|for)|thanks for signing up|to view this video please"
    r"|tell us what you think|download (?:our|the) app|support our journalism"
    r"|all rights reserved|copyright\b|©|\(c\) \d{4}|abonnieren sie|folgen sie uns"
    r"|jetzt abonnieren|abonnez-vous|suivez-nous|suscríbete|síguenos|iscriviti|seguici"
    r"|подпис(?:ывайтесь|аться|ывайся)|присоединяйтесь к|следите за|все права защищены"
    r"|при (?:полном|любом|частичном) использовании|хотите получать"
    r"|наш(?:и)? (?:telegram|телеграм)"
)
_SIGN_OFFS = (
    r"\(?(?:additional )?reporting by [A-Z]|\(?writing by [A-Z]|\(?editing by [A-Z]|with files from"
    r"|the associated press contributed"
)
_POINTER = re.compile(rf"\W{{0,3}}(?:{_POINTERS})\s{{0,9}}(?:[:：»>…]|$)", re.IGNORECASE)
_INVITATION = re.compile(rf"\W{{0,3}}(?:{_INVITATIONS})", re.IGNORECASE)
_SIGN_OFF = re.compile(_SIGN_OFFS)
_SHOUTED = re.compile(r"MORE\s?:")
_LONGEST = 350  # characters; what is longer has something to say, too
_ENDS = 4  # lines at the end among which one that signs off stands


def drop_asides(text: str) -> str:
    """The text without them; a text that is nothing else is left as it is."""
    lines = text.splitlines()
    kept = [line for line in lines if not _is_aside(line)]
    while len(kept) > _ENDS and _SIGN_OFF.match(kept[-1]) and len(kept[-1]) <= _LONGEST:
        kept.pop()
    return "\n".join(kept) if kept else text


def _is_aside(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    bare = line.removeprefix("- ")
    return any(p.match(bare) for p in (_POINTER, _INVITATION, _SHOUTED))
