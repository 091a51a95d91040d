"""Source proposal: a declaration made of what a search found on a site, tried out by a probe."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from crawler.config.messages import said
from crawler.config.source import Source
from crawler.crawl.probe.findings import Outcome
from crawler.crawl.probe.site_search import SiteFindings
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.crawl.probe.findings import Probed
    from crawler.crawl.probe.probe_runner import Prober

_GENERIC = {"eu", "int", "org", "com", "net", "info", "io", "tv", "me", "co", "su"}
_COUNTRY = {"uk": "GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`source` is None where nothing was found that works; `remarks` say what to look at."""

    asked: str
    found: SiteFindings = field(default_factory=SiteFindings)
    source: Source | None = None
    probed: Probed | None = None
    remarks: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        return self.probed is not None and self.probed.outcome is not Outcome.BROKEN


async def propose(prober: Prober, url: str, *, name: str, known: Source | None = None) -> Proposal:
    """Search the site at `url`, declare what was found, and try that out.

    `known` is a declaration whose documents do not work: what it says of the outlet is kept.
    """
    base = known or candidate(name, url)
    found = await prober.search(Source(name=base.name, home=url, max_pages=base.max_pages))
    if not found.has_a_document:
        return Proposal(asked=url, found=found)
    source, remarks = _declare(base, found, url)
    (probed,) = [one async for one in prober.probe([source])]
    if known is None:
        source = source.model_copy(update={"languages": _languages(found, probed)})
    return Proposal(asked=url, found=found, source=source, probed=probed, remarks=tuple(remarks))


def candidate(name: str, url: str) -> Source:
    """A source of which only the site is known. Raises `Unusable` where that is no web address."""
    try:
        return Source(name=name, home=url)
    except ValidationError as error:
        found = "; ".join(said(one) for one in error.errors(include_url=False))
        raise Unusable(f"{url}: {found}") from None


async def prove(prober: Prober, source: Source, probed: Probed) -> Proposal:
    """A declaration of an unproven source: as it stands, where its probe found that it works.

    Else its site is searched for another way.
    """
    if probed.outcome is not Outcome.BROKEN:
        working = tuple(one.url for one in probed.documents if one.works)
        proved = source.model_copy(update={"unproven": "", "evidence": (_seen(working),)})
        return Proposal(asked=source.home, source=proved, probed=probed)
    return await propose(prober, front_page(source), name=source.name, known=source)


def front_page(source: Source) -> str:
    """The page that a search begins with: `home`, else the root of the first document's site."""
    if source.home:
        return source.home
    split = urlsplit(source.documents()[0])
    return f"{split.scheme}://{split.netloc}/"


def name_for(text: str, taken: Iterable[str]) -> str:
    """A name that commands can call it by, of a host or a title; "" makes "source"."""
    host = urlsplit(text).hostname or text
    plain = re.sub(r"[^a-z0-9]+", "_", host.lower().removeprefix("www.")).strip("_")
    if not plain or not plain[0].isalpha():
        plain = f"source_{plain}".rstrip("_")
    names, number, name = set(taken), 1, plain[:40].rstrip("_")
    plain = name
    while name in names:
        number += 1
        name = f"{plain}_{number}"
    return name


def country_of(host: str, language: str = "") -> str:
    """ISO 3166 code, of the top-level domain or of a language tag such as "ru-KZ"; else ""."""
    ending = host.rpartition(".")[2].lower()
    if len(ending) == 2 and ending not in _GENERIC:
        return _COUNTRY.get(ending, ending.upper())
    region = re.fullmatch(r"[a-zA-Z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})", language)
    return region[1].upper() if region and language[:2].lower() not in {"en", "fr", "es"} else ""


def zones_of(country: str) -> tuple[str, ...]:
    """The country's time zones by the IANA database, the most populous of one clock first."""
    found: dict[object, str] = {}
    for zone in _zones().get(country, ()):
        found.setdefault(utc_now().astimezone(ZoneInfo(zone)).utcoffset(), zone)
    return tuple(found.values())


@lru_cache(maxsize=1)
def _zones() -> dict[str, list[str]]:
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    found: dict[str, list[str]] = {}
    for country, _, zone, *_ in rows:
        found.setdefault(country, []).append(zone)
    return found


def _declare(base: Source, found: SiteFindings, url: str) -> tuple[Source, list[str]]:
    host = urlsplit(url).hostname or ""
    country = base.country or country_of(host, found.language)
    zone, remarks = base.timezone, []
    if zone == "UTC":
        zones = zones_of(country)
        zone = zones[0] if len(zones) == 1 else "UTC"
        if len(zones) != 1:
            among = f": one of {', '.join(zones[:12])}" if zones else ""
            remarks.append(f"timezone is not known{among}; it is that of printed times")
    changed = {
        **_without_documents(),
        "home": "",
        "feeds": found.feeds,
        "sitemaps": found.sitemaps,
        "listings": found.listings,
        "article_urls": _expression(base, found),
        "title": base.title or found.name,
        "country": country,
        "languages": base.languages or _stated(found),
        "timezone": zone,
        "unproven": "",
        "evidence": (_seen((*found.feeds, *found.sitemaps, *found.listings)),),
    }
    if found.examples and changed["article_urls"] == found.article_urls:
        remarks.append(f"article_urls was inferred; it takes for an article: {found.examples[0]}")
    return Source.model_validate(base.model_dump() | changed), remarks


def _expression(base: Source, found: SiteFindings) -> str:
    """The declared one where it fits what was found, else the inferred one."""
    if not base.article_urls or not found.examples:
        return found.article_urls
    fits = sum(base.is_article(example) for example in found.examples)
    return base.article_urls if 2 * fits > len(found.examples) else found.article_urls


def _without_documents() -> dict[str, object]:
    return {
        "feeds": (), "sitemaps": (), "listings": (), "json_lists": (), "next_page": "",
        "article_urls": "",
    }  # fmt: skip


def _stated(found: SiteFindings) -> tuple[str, ...]:
    language = found.language[:2].lower()
    return (language,) if re.fullmatch(r"[a-z]{2}", language) else ()


def _languages(found: SiteFindings, probed: Probed) -> tuple[str, ...]:
    """Of the article that was read, then what the page says of itself."""
    read = [one.content.language for one in probed.samples if one.content is not None]
    return tuple(dict.fromkeys([*filter(None, read), *_stated(found)]))


def _seen(documents: tuple[str, ...]) -> str:
    return f"wirewatch sources probe, {utc_now():%Y-%m-%d}: {', '.join(documents)}"
