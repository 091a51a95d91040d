"""Page templates: a story in the tags of its outlet, and all that surrounds it there."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from replica import chrome
from replica.dates import forms
from replica.story import Quirk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from replica.chrome import Publication
    from replica.outlets import ReplicaOutlet

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_WRONG_BY = timedelta(days=3)


def render_article(
    publication: Publication,
    outlet: ReplicaOutlet,
    *,
    today: datetime,
    others: Sequence[Publication],
    page_bytes: int = 0,
) -> bytes:
    """The page as the outlet would serve it; padded to about `page_bytes` if that is more."""
    values = _values(publication, outlet, today=today, others=others)
    template = files("replica").joinpath("layouts", f"{outlet.name}.html").read_text("utf-8")
    page = fill(template, {**values, "padding_html": ""})
    short = page_bytes - len(page.encode())
    if short > 0:
        page = fill(template, {**values, "padding_html": chrome.padding(short)})
    return page.encode(outlet.charset, errors="xmlcharrefreplace")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put values into `{{slots}}`; all are escaped but those whose name ends in `_html`."""

    def value(slot: re.Match[str]) -> str:
        name = slot[1]
        return values[name] if name.endswith("_html") else escape(values[name])

    return _SLOT.sub(value, template)


def _values(
    publication: Publication,
    outlet: ReplicaOutlet,
    *,
    today: datetime,
    others: Sequence[Publication],
) -> dict[str, str]:
    story = publication.story
    printed = outlet.local(publication.at)
    stated = printed + _WRONG_BY if story.quirk is Quirk.FUTURE_DATE else printed
    body = story.text(publication.written)
    values = {
        "title": story.title,
        "author": story.author,
        "section": story.section or outlet.sections[0],
        "lead": body[0] if body else story.title,
        "url": publication.url,
        "site": outlet.title,
        "language": story.language,
        "charset": outlet.charset,
        "stated": stated.isoformat(timespec="seconds"),
        # The clock is right and the offset is not: BelTA's way.
        "stated_false_offset": f"{stated:%Y-%m-%dT%H:%M:00}+00:00",
        "stated_day": f"{stated:%Y-%m-%d}",
        "modified": outlet.local(publication.modified).isoformat(timespec="seconds"),
        "today": forms(outlet.local(today), outlet.language)["weekday_day_year"],
        "body_html": "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in body),
        "json_ld_html": _json_ld(publication, outlet, stated),
        **forms(printed, outlet.language),
    }
    return {**values, **chrome.fragments(outlet, others, today=today)}


def _json_ld(publication: Publication, outlet: ReplicaOutlet, stated: datetime) -> str:
    story = publication.story
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "inLanguage": story.language,
        "mainEntityOfPage": {"@type": "WebPage", "@id": publication.url},
        "datePublished": stated.isoformat(timespec="seconds"),
        "dateModified": outlet.local(publication.modified).isoformat(timespec="seconds"),
        "author": {
            "@type": "Person" if story.author else "Organization",
            "name": story.author or outlet.title,
        },
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.title},
    }
    text = json.dumps(data, ensure_ascii=False, indent=1).replace("</", "<\\/")
    return f'<script type="application/ld+json">\n{text}\n</script>'
