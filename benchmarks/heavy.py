"""Page padding: makes a replica's page as heavy as real news pages are, and of the same stuff.

Saved news pages of a quarter of a megabyte hold about a thousand elements, 170 links, 130 list
items and 1,600 words; half of their bytes are scripts and styles, a quarter is attributes: long
class names, sources of pictures in five sizes, inline drawings, tracking data.
"""

from __future__ import annotations

import json
import random
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCRIPTS = 0.48  # of the padding's bytes; the page has scripts of its own
_TEXT = 60  # characters of a teaser's text, at most
_ONE_PICTURE_IN = 6  # teasers
_TEASERS_OVER = 14  # one teaser in so many stands above the article, the rest beneath it


def weigh(page: str, size: int, *, teasers: Sequence[str], seed: int) -> str:
    """`page` filled up to about `size` bytes with what stands around a story."""
    short = size - len(page.encode())
    if short <= 0:
        return page
    dice = random.Random(seed)
    state = _state(int(short * _SCRIPTS), dice)
    blocks = _blocks(short - len(state.encode()), teasers, dice)
    above = len(blocks) // _TEASERS_OVER
    opening = page.index(">", page.index("<body")) + 1
    closing = page.rindex("</body>")
    return "".join(
        (
            page[:opening],
            '<div class="site-promo site-promo--sticky"><ul>',
            *blocks[:above],
            "</ul></div>",
            page[opening:closing],
            '<section class="recirculation recirculation--wide" data-module="recirculation"><ul>',
            *blocks[above:],
            "</ul></section>",
            state,
            page[closing:],
        )
    )


def _state(size: int, dice: random.Random) -> str:
    """The data that a page carries for its scripts."""
    rows: list[str] = []
    while size > 0:
        number = dice.randrange(10**9)
        row = json.dumps(
            {
                "id": f"urn:bench:content:{number}",
                "typename": dice.choice(("StoryCard", "VideoCard", "AdUnit", "LiveBlogItem")),
                "sizes": [[300, 250], [728, 90], [970, 250]],
                "tracking": {"position": number % 97, "experiment": f"{number:x}", "seen": False},
                "image": {"src": f"https://static.invalid/{number}/original.jpg", "ratio": 1.78},
            }
        )
        rows.append(row)
        size -= len(row) + 2
    return f"<script>window.__PRELOADED_STATE__ = [{', '.join(rows)}];</script>"


def _blocks(size: int, teasers: Sequence[str], dice: random.Random) -> list[str]:
    blocks: list[str] = []
    while size > 0:
        block = _teaser(dice.choice(teasers), dice)
        blocks.append(block)
        size -= len(block.encode())
    return blocks


def _teaser(text: str, dice: random.Random) -> str:
    number = dice.randrange(10**7)
    start = dice.randrange(max(1, len(text) - _TEXT))
    shown = text[start : start + dice.randint(_TEXT // 2, _TEXT)].partition(" ")[2]
    drawn = _picture(number, dice) if not number % _ONE_PICTURE_IN else ""
    time = f"{number % 24:02}:{number % 60:02}"
    told = f'<span class="o-teaser__meta o-teaser__time">{time}</span>' if number % 3 else ""
    return (
        f'<li class="o-teaser-list__item o-teaser-list__item--{number % 9} u-margin-bottom-l" '
        f'data-content-id="urn:bench:content:{number}" data-position="{number % 40}">'
        f'<div class="o-teaser o-teaser--stacked o-teaser--has-timestamp js-trackable" '
        f'data-trackable-context="recirculation" data-experiment="{number:064x}">{drawn}'
        f'<a class="o-teaser__link js-teaser-heading-link" '
        f'href="/story/{number}?itm_source=recirculation&amp;itm_position={number % 40}">'
        f"{escape(shown)}</a>{told}</div></li>\n"
    )


def _picture(number: int, dice: random.Random) -> str:
    sources = ", ".join(
        f"https://static.invalid/{number}/{width}x{width * 9 // 16}.webp {width}w"
        for width in (320, 480, 640, 960, 1280)
    )
    drawing = " ".join(
        f"C{dice.randrange(24)} {dice.randrange(24)} {dice.randrange(24)} {dice.randrange(24)}"
        for _ in range(8)
    )
    return (
        f'<figure class="o-teaser__image-container js-lazy"><img class="o-teaser__image" '
        f'srcset="{sources}" sizes="(max-width: 640px) 100vw, 320px" alt="" loading="lazy">'
        f'</figure><svg class="o-icon o-icon--bookmark" viewBox="0 0 24 24">'
        f'<path d="M0 0 {drawing} Z"></path></svg>'
    )
