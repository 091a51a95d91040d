"""News agencies whose names open other outlets' stories: names and spellings of each."""

from __future__ import annotations

import re
from functools import lru_cache

AGENCIES: dict[str, tuple[str, ...]] = {
    "BelTA": ("BelTA", "БелТА"),
    "TASS": ("TASS", "ITAR-TASS", "ТАСС", "ИТАР-ТАСС", "塔斯社"),
    "Kazinform": (
        "Kazinform",
        "Qazinform",
        "QazInform",
        "Казинформ",
        "МИА «Казинформ»",
        "ҚазАқпарат",
        "Qazaqparat",
        "Kazinform News Agency",
    ),
    "Interfax": (
        "Interfax",
        "Интерфакс",
        "INTERFAX.RU",
        "Interfax-Kazakhstan",
        "Интерфакс-Казахстан",
    ),
    "RIA Novosti": ("RIA Novosti", "РИА Новости", "RIA"),
    "Sputnik": ("Sputnik", "Спутник"),
    "Reuters": ("Reuters", "Thomson Reuters", "Рейтер", "Рейтерс", "路透社", "رويترز"),
    "AP": ("AP", "Associated Press", "The Associated Press"),
    "AFP": ("AFP", "Agence France-Presse", "АФП", "法新社", "أ ف ب"),
    "dpa": ("dpa", "Deutsche Presse-Agentur"),
    "EFE": ("EFE", "Agencia EFE"),
    "ANSA": ("ANSA",),
    "Xinhua": ("Xinhua", "Xinhua News Agency", "Синьхуа", "新华社", "新華社", "شينخوا"),
    "Anadolu": ("AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "Анадолу"),
    "Azertac": ("Azertac", "AZERTAC", "AZƏRTAC", "АЗЕРТАДЖ", "АзерТАдж"),
    "Trend": ("Trend", "Тренд"),
    "APA": ("APA",),
    "Armenpress": ("Armenpress", "Арменпресс"),
    "Kabar": ("Kabar", "Кабар"),
    "AKIpress": ("AKIpress", "AKIPRESS.COM", "АКИpress", "АКИпресс"),
    "24.kg": ("24.kg",),
    "UzA": ("UzA", "УзА", "ЎзА"),
    "Khovar": ("Khovar", "Ховар", "НИАТ «Ховар»", "АМИТ «Ховар»", "NIAT “Khovar”"),
    "Asia-Plus": ("Asia-Plus", "Азия-Плюс"),
    "Turkmenistan Today": ("TDH",),
    "Moldpres": ("Moldpres", "Молдпрес"),
    "Ukrinform": ("Ukrinform", "Укринформ"),
    "IRNA": ("IRNA", "ИРНА"),
    "Tasnim": ("Tasnim",),
    "Yonhap": ("Yonhap", "연합뉴스"),
    "Kyodo": ("Kyodo", "Kyodo News"),
    "PTI": ("PTI", "Press Trust of India"),
    "IANS": ("IANS",),
    "ANI": ("ANI",),
    "UPI": ("UPI",),
    "APP": ("APP",),
    "Bernama": ("Bernama",),
    "UN News": ("UN News", "Новости ООН"),
    "BNS": ("BNS",),
    "PAP": ("PAP",),
}


@lru_cache(maxsize=64)
def spellings(own: tuple[str, ...]) -> dict[str, str]:
    """Folded spelling -> the name we use. `own` are the names of the source at hand."""
    known = {fold(name): agency for agency, names in AGENCIES.items() for name in names}
    return {fold(name): name for name in own} | known


@lru_cache(maxsize=64)
def pattern(own: tuple[str, ...]) -> str:
    """A regular expression that matches any spelling, the longer ones first.

    Short ones (AP, AA, PTI) are words of other meanings in lower case, so that case counts there.
    """
    names = {name for names in AGENCIES.values() for name in names} | set(own)
    parts = []
    for name in sorted(names, key=lambda name: (-len(name), name)):
        literal = re.escape(name)
        parts.append(literal if len(name) <= 3 or name == "Trend" else f"(?i:{literal})")
    return rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)"


def fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
