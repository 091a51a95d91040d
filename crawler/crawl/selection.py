"""Which sources a list of words means: names, "@pack" for a group, "-name" to take one out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.crawl.packs import members
from crawler.model.exceptions import Unusable
from crawler.model.formatting import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.crawl.wire_spider import WireSpider

PACK, WITHOUT = "@", "-"


def select(
    words: Iterable[str], wires: Mapping[str, type[WireSpider]], *, where: str = ""
) -> list[type[WireSpider]]:
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


def _meant(word: str, wires: Mapping[str, type[WireSpider]], where: str) -> tuple[str, ...]:
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
