"""The packs that ship: groups of sources that `enabled = ["@un"]` switches on together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.crawl.wire_spider import WireSpider

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


def members(wires: Iterable[type[WireSpider]]) -> Mapping[str, tuple[str, ...]]:
    """Each pack that some source is in, and the names of its sources, both in order.

    Nothing that is unproven comes with a pack, whatever its declaration says.
    """
    found: dict[str, list[str]] = {}
    for spider in sorted(wires, key=lambda spider: spider.name):
        for pack in () if spider.unproven else spider.packs:
            found.setdefault(pack, []).append(spider.name)
    return {pack: tuple(names) for pack, names in sorted(found.items())}
