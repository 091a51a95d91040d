"""Source selectors: names, "@pack" for a group, "-name" to take one out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.model.formatting import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.config.source import Source

PACK, WITHOUT = "@", "-"
#: What each pack is for. A [[source]] may name packs of its own, beside these.
PACKS = {
    "africa": "the African Union",
    "americas": "wires of the Americas",
    "asia": "wires and institutions of East, South-East and South Asia, and the SCO",
    "caucasus": "Armenia and Azerbaijan",
    "central-asia": "Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan",
    "eurasia": "state agencies of the CIS, and the bodies of the CIS, the CSTO and the SCO",
    "europe": "the European Union's institutions, and wires of Europe",
    "financing": "bodies against money laundering and the financing of terrorism",
    "global-wires": "agencies that report from everywhere",
    "middle-east": "Turkey and Iran",
    "russia": "agencies of Russia",
    "security-bodies": "what states founded for their common security: CSTO, SCO, Europol …",
    "un": "the United Nations' news services",
}


def select(words: Iterable[str], wires: Mapping[str, Source], *, where: str = "") -> list[Source]:
    """The sources that the words mean, each once, in the order of the words.

    What is taken out is out wherever it stands. Raises `Unusable` for a word that means nothing;
    `where` says who wrote it ("enabled").
    """
    chosen: dict[str, None] = {}
    out: set[str] = set()
    for word in words:
        if word.startswith(WITHOUT):
            out.update(_meant(word.removeprefix(WITHOUT), wires, where))
        else:
            chosen.update(dict.fromkeys(_meant(word, wires, where)))
    return [wires[name] for name in chosen if name not in out]


def members(wires: Iterable[Source]) -> Mapping[str, tuple[str, ...]]:
    """Each pack that some source is in, and the names of its sources, both in order.

    Nothing that is unproven comes with a pack, whatever its declaration says.
    """
    found: dict[str, list[str]] = {}
    for source in sorted(wires, key=lambda source: source.name):
        for pack in () if source.unproven else source.packs:
            found.setdefault(pack, []).append(source.name)
    return {pack: tuple(names) for pack, names in sorted(found.items())}


def _meant(word: str, wires: Mapping[str, Source], where: str) -> tuple[str, ...]:
    if word in wires:
        return (word,)
    packs = members(wires.values())
    if word.startswith(PACK) and word.removeprefix(PACK) in packs:
        return packs[word.removeprefix(PACK)]
    raise Unusable(
        f"{where}: {_unknown(word, wires, packs)}" if where else _unknown(word, wires, packs)
    )


def _unknown(word: str, sources: Iterable[str], packs: Iterable[str]) -> str:
    """What to say of a word that is neither a source nor a pack."""
    written = [PACK + pack for pack in packs]
    if word.startswith(PACK):
        near, what, listed = suggest(word, written), "pack", "wirewatch sources packs"
    else:
        near = PACK + word if PACK + word in written else suggest(word, sources)
        what, listed = "source", "wirewatch sources"
    hint = f"; did you mean {near!r}?" if near else "."
    return f"no {what} is called {word!r}{hint} `{listed}` lists them all"
