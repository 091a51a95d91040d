"""Feeds that lie, break or surprise, as servers hand them out; each with what is to be read of it.

All of them are about the same two stories, so that a case shows nothing but its own peculiarity.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

BASE = "https://wire.example/rss"
ONE = "https://wire.example/news/1"
TWO = "https://wire.example/news/2"
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DATED = "<pubDate>Mon, 23 Nov 2026 12:00:00 +0300</pubDate>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nasty:
    """One body. `urls` are those of its entries, in order; "": nothing is asked of that field."""

    name: str
    body: bytes = field(repr=False)
    urls: tuple[str, ...] = (ONE, TWO)
    title: str = ""  # of the first entry
    summary: str = ""
    published: datetime | None = None  # of the first entry, where the feed says so
    content_type: str = "application/rss+xml"
    unusable: int = 0
    flaws: tuple[str, ...] = ()


def _item(link: str = ONE, more: str = "", title: str = "Drill ends") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def _rss(*items: str, head: str = '<?xml version="1.0"?>', attributes: str = "") -> str:
    inner = "".join(items) or _item() + _item(TWO)
    return f'{head}<rss version="2.0" {attributes}><channel><title>W</title>{inner}</channel></rss>'


def _atom(*entries: str, attributes: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>W</title>'
        f"{''.join(entries)}</feed>"
    )


def _json(**feed: object) -> bytes:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "W", **feed}
    ).encode()


def _case(name: str, text: str, encoding: str = "utf-8", **told: object) -> Nasty:
    return Nasty(name=name, body=text.encode(encoding), **told)  # type: ignore[arg-type]


RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{BASE}"><title>W</title></channel>
<item rdf:about="{ONE}"><title>Drill ends</title><link>{ONE}</link>
<dc:date>2026-11-23T12:00:00+03:00</dc:date></item>
<item rdf:about="{TWO}"><title>Talks begin</title><link>{TWO}</link></item></rdf:RDF>"""
OLD = f"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "rss-0.91.dtd">
<rss version="0.91"><channel><title>W</title>{_item()}{_item(TWO)}</channel></rss>"""
RUSSIAN = _rss(_item(title="Учения завершены"), _item(TWO))
DECLARED = '<?xml version="1.0" encoding="{}"?>'

CORPUS = (
    _case("RSS 1.0", RDF, title="Drill ends", published=NINE),
    _case("RSS 0.91 with a DTD", OLD, title="Drill ends"),
    _case("RSS without a version", _rss().replace('version="2.0"', "")),
    _case("dates in words of the RFC", _rss(_item(more=DATED), _item(TWO)), published=NINE),
    _case(
        "a date without a zone is the source's",
        _rss(_item(more="<pubDate>2026-11-23 12:00:00</pubDate>"), _item(TWO)),
        published=NINE,
    ),
    _case("a date that is none", _rss(_item(more="<pubDate>yesterday</pubDate>"), _item(TWO))),
    _case("a blank line before the declaration", "\n\n  " + _rss()),
    _case("a warning before the declaration", "<b>Warning</b>: in /x.php\n" + _rss()),
    _case("a byte order mark and a blank", "\ufeff \n" + _rss()),
    _case("UTF-16", _rss(head=DECLARED.format("utf-16")), "utf-16"),
    _case(
        "windows-1251 that is declared as UTF-8",
        DECLARED.format("utf-8") + RUSSIAN.partition("?>")[2],
        "windows-1251",
        title="Учения завершены",
    ),
    _case(
        "UTF-8 that is declared as windows-1251",
        DECLARED.format("windows-1251") + RUSSIAN.partition("?>")[2],
        content_type="text/xml; charset=windows-1251",
        title="Учения завершены",
    ),
    _case(
        "windows-1251 that nobody declares",
        RUSSIAN.partition("?>")[2],
        "windows-1251",
        title="Учения завершены",
    ),
    _case(
        "entities that are escaped twice",
        _rss(_item(title="A &amp;amp; B"), _item(TWO)),
        title="A & B",
    ),
    _case(
        "HTML in CDATA",
        _rss(
            _item(more="<description><![CDATA[<p>Two <b>services</b> met.</p>]]></description>"),
            _item(TWO),
        ),
        summary="Two services met.",
    ),
    _case("an ampersand by itself", _rss(_item(title="A & B"), _item(TWO)), title="A & B"),
    _case(
        "entities of HTML", _rss(_item(title="A&nbsp;&mdash;&nbsp;B"), _item(TWO)), title="A — B"
    ),
    _case(
        "namespaces that nobody declares",
        _rss(_item(more="<media:thumbnail url='x'/><dc:creator>N</dc:creator>"), _item(TWO)),
    ),
    _case(
        "control characters",
        _rss(_item(title="Drill\x0b \x01ends"), _item(TWO)),
        title="Drill ends",
    ),
    _case(
        "cut in the middle of an item",
        _rss()[: _rss().rindex("<link>")],
        urls=(ONE,),
        flaws=("cut",),
        unusable=1,
    ),
    _case("cut between two items", _rss().replace("</channel></rss>", ""), flaws=("cut",)),
    _case("no items at all", _rss(" "), urls=(), flaws=("empty-channel",)),
    _case(
        "a counting redirect with its goal beside it",
        _rss(
            _item(
                "https://feeds.example/~r/w/1",
                f"<feedburner:origLink>{ONE}</feedburner:origLink>",
            ),
            _item(TWO),
            attributes='xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"',
        ),
    ),
    _case("links that are relative", _rss(_item("/news/1"), _item("news/2"))),
    _case("links without a protocol", _rss(_item("//wire.example/news/1"), _item(TWO))),
    _case("blanks around a link", _rss(_item(f"\n   {ONE}\n  "), _item(TWO))),
    _case(
        "an id that is the link",
        _rss(f"<item><title>A</title><guid>{ONE}</guid></item>", _item(TWO)),
    ),
    _case(
        "an id that is none, and no link",
        _rss(
            _item(), _item(TWO), '<item><title>A</title><guid isPermaLink="false">7</guid></item>'
        ),
        unusable=1,
    ),
    _case(
        "an item that is a recording only",
        _rss(
            _item(),
            _item(TWO),
            '<item><title>A</title><enclosure url="https://wire.example/a.mp3" length="1"/></item>',
        ),
        unusable=1,
    ),
    _case(
        "xml:base",
        _atom(
            '<entry><title>A</title><link href="1"/></entry>',
            '<entry><title>B</title><link href="/news/2"/></entry>',
            attributes='xml:base="https://wire.example/news/"',
        ),
    ),
    _case(
        "Atom without an alternate link",
        _atom(
            f'<entry><title>A</title><id>{ONE}</id><link rel="self" href="https://wire.example/api/1"/></entry>',
            f'<entry><title>B</title><id>urn:2</id><link rel="related" href="{TWO}"/></entry>',
        ),
    ),
    _case(
        "Atom with a link to itself first",
        _atom(
            '<entry><title>A</title><link rel="self" href="https://wire.example/api/1"/>'
            f'<link rel="alternate" href="{ONE}"/></entry>',
            f'<entry><title>B</title><link href="{TWO}"/></entry>',
        ),
    ),
    Nasty(
        name="JSON Feed",
        body=_json(
            items=[
                {
                    "id": "1",
                    "url": ONE,
                    "title": "A &amp; B",
                    "date_published": "2026-11-23T12:00:00+03:00",
                },
                {"id": "2", "url": "/news/2", "content_html": "<p>Met.</p>"},
            ]
        ),
        title="A & B",
        published=NINE,
        content_type="application/feed+json",
    ),
    Nasty(
        name="JSON Feed with an address for an id",
        body=b"\xef\xbb\xbf" + _json(items=[{"id": ONE}, {"id": TWO}, {"id": 3}, "noise"]),
        unusable=2,
        content_type="text/plain",
    ),
    Nasty(name="JSON Feed without items", body=_json(items=[]), urls=(), flaws=("empty-channel",)),
    _case(
        "addresses that are no web pages are for the ledger to refuse",
        _rss(_item(), _item(TWO), _item("javascript:alert(1)"), _item("mailto:desk@wire.example")),
        urls=(ONE, TWO, "javascript:alert(1)", "mailto:desk@wire.example"),
    ),
)
