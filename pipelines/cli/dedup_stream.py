"""Stream of `wirewatch dedup --jsonl`: lines of JSON in, the story of each out.

By the decision and a store of the pipeline.

Every line is answered with one line, in the order given; a line that cannot be read is answered
with what is wrong with it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from crawler.model.items import (
    Article,
    Entry,
    Extracted,
    Instant,
    Membership,
    Page,
    Precision,
    Relation,
    ZoneRule,
)
from crawler.model.urls import canonical_url, site
from crawler.storage.stories import articles
from pipelines.extraction.metadata.credit import find_origin
from pipelines.stories.membership import membership

if TYPE_CHECKING:
    from datetime import timedelta

    from crawler.storage.database import Connection, Database

SAME_PAGE, RELATED = "same-page", "related"
_OPTIONAL = ("title", "source", "url", "lang")


class InvalidLine(Exception):
    """A line is no article: says what was expected."""


class DedupStream:
    """Articles one after the other, each told apart from or put to those before."""

    def __init__(self, database: Database, window: timedelta, *, now: datetime) -> None:
        self._database = database
        self._window = window
        self._now = now
        self._names: dict[int, Any] = {}  # article -> the id of its line
        self._count = 0

    def answer(self, line: str | bytes) -> dict[str, Any]:
        """The story of one article; `{"id": null, "error": …}` where the line is none."""
        self._count += 1
        name = None
        try:
            told = _parsed(line)
            name = told["id"]
            article = _article(told, number=self._count, now=self._now)
        except (InvalidLine, ValueError) as error:
            return {"id": name, "error": f"line {self._count}: {error}"}
        return self._database.write_now(lambda c: self._place(c, name, article))

    def _place(self, connection: Connection, name: object, article: Article) -> dict[str, Any]:
        held = articles.find_article(connection, article.url)
        joined = membership(connection, article, self._window)
        stored = articles.save_article(
            connection, _with(article, joined), now=article.page.fetched_at
        )
        relation: str = joined.relation
        of, evidence = joined.of, joined.evidence
        if held is not None:
            of = stored.article_id
            if not stored.changed:
                relation, evidence = SAME_PAGE, f"the same page as {article.url}"
        score = joined.score
        if relation == Relation.NEW and joined.related:
            relation = RELATED
            score, evidence = joined.related[0].score, joined.related[0].evidence
        told = {
            "id": name,
            "story": stored.story_id,
            "relation": relation,
            "of": self._names.get(of) if of is not None else None,
            "related": [self._names[related.article_id] for related in joined.related],
            "score": round(score, 3),
            "evidence": evidence,
        }
        if held is None:
            self._names[stored.article_id] = name
        return told


def _with(article: Article, membership: Membership) -> Article:
    return Article(page=article.page, content=article.content, membership=membership)


def _parsed(line: str | bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
        json.dumps(told, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidLine("half a character (a lone surrogate) in a string") from None
    except UnicodeDecodeError:
        raise InvalidLine("not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise InvalidLine(f"not JSON: {error}") from None
    if not isinstance(told, dict):
        raise InvalidLine('not an object; expected {"id": …, "title": …, "text": …}')
    if not isinstance(told.get("id"), str | int):
        raise InvalidLine('without an "id" (a string or a number)')
    return told


def _article(told: dict[str, Any], *, number: int, now: datetime) -> Article:
    if not isinstance(told.get("text"), str):
        raise InvalidLine('without a "text" (a string)')
    fields = {key: _string(told, key) for key in _OPTIONAL}
    link = fields["url"]
    # A line without an address is a page of its own.
    url = canonical_url(link) if link else f"https://lines.invalid/{number}"
    published = _instant(told.get("published_at"))
    origin = find_origin(told["text"])
    return Article(
        page=Page(
            source=fields["source"] or (site(url) if link else ""),
            entry=Entry(url=link or url),
            canonical_url=url,
            url=link or url,
            html=b"",
            charset=None,
            fetched_at=now,
            first_seen=now,
            baseline=False,
        ),
        content=Extracted(
            title=fields["title"],
            text=told["text"],
            language=fields["lang"],
            published=published,
            credit=origin.credit,
            dateline=origin.dateline,
            lead=origin.lead,
        ),
        membership=Membership(relation=Relation.NEW),
    )


def _string(told: dict[str, Any], key: str) -> str:
    value = told.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidLine(f'"{key}" is not a string')
    return value.strip()


def _instant(value: object) -> Instant | None:
    """ISO 8601, or as mail and feeds write it. Without a zone it is taken for UTC."""
    if value in (None, ""):
        return None
    text = str(value).strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            raise InvalidLine(
                f'"published_at" is {text[:40]!r}; expected as 2019-09-03T12:00:00+03:00'
            ) from None
    bare = ":" not in text
    try:
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise InvalidLine(f'"published_at" is {text[:40]!r}: out of range') from None
    return Instant(
        at=at,
        precision=Precision.DAY if bare else Precision.SECOND,
        zone_rule=ZoneRule.STATED,
        signal="line",
        stated=text,
    )
