"""What an alert says, as the store keeps it: written with the article, read by every channel.

The outbox holds it as JSON for as long as delivery takes, and perhaps across an upgrade: reading
ignores what it does not know and does without what is missing.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.model.items import EntityHit, Evidence, Instant, Match, Precision, ZoneRule
from crawler.model.story_status import Standing, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.model.items import Article

STORY = "story"
DIGEST = "digest"
UPDATE = "update"
REPLY = "reply"
OPS = "ops"
_OF_A_NOTICE = re.compile(rf"(?:(?:{UPDATE}|{REPLY})-\d+-)?(?P<notice>{OPS}-.*)", re.DOTALL)


class Unreadable(ValueError):
    """A stored payload is no alert; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One story of a digest."""

    title: str
    url: str
    published_at: datetime | None = None
    rule: str = ""
    score: float = 0.0
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many stories of a digest are of one topic."""

    topic: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to tell the staff about one story. `url` is what a reader clicks.

    A digest is about many: `stories` names the strongest, `topics` counts all of them, where they
    have topics; `story_id` is 0 and `url` "".
    An update is the first message of a story, or of a notice, as it should read now; a reply tells
    its thread of one `turn`, or, of a notice, what its `lead` says. Of both `parent` is what the
    channel calls the first message.
    """

    story_id: int
    # "story", "update-2", "reply-31-1" of article 31, "digest-7" of backfill 7; of a notice
    # "ops-KEY", "update-2-ops-KEY", "reply-1-ops-KEY"
    kind: str
    source_name: str
    source_title: str
    country: str  # ISO 3166 code, "INT", or "" where the source declares none
    url: str
    title: str
    published: Instant | None
    first_seen: datetime
    lead: str = field(default="", repr=False)
    credit: str = ""
    lead_only: bool = False  # the source's articles are not read: the lead is all there is
    language: str = ""
    matches: tuple[Match, ...] = ()
    entities: tuple[EntityHit, ...] = ()
    stories: tuple[Headline, ...] = ()
    topics: tuple[Tally, ...] = ()
    standing: Standing = field(default_factory=Standing)
    turn: Turn | None = None
    parent: str = ""

    @property
    def id(self) -> str:
        """The same in every channel, in every try, and after every restart."""
        return f"{self.story_id}:{self.kind}"

    @property
    def is_digest(self) -> bool:
        return self.kind.startswith(DIGEST)

    @property
    def is_update(self) -> bool:
        return self.kind.startswith(f"{UPDATE}-")

    @property
    def is_reply(self) -> bool:
        return self.kind.startswith(f"{REPLY}-")

    @property
    def first(self) -> str:
        """The id of the first message of the story, or of the notice."""
        return f"{self.story_id}:{notice_of(self.kind) or STORY}"

    @property
    def is_notice(self) -> bool:
        """It is one, or follows one."""
        return bool(notice_of(self.kind))

    @property
    def severity(self) -> str:
        """The severity of the match that scored highest above its threshold."""
        return self.strongest.severity if self.strongest else ""

    @property
    def strongest(self) -> Match | None:
        return max(self.matches, key=lambda match: match.score - match.threshold, default=None)

    @classmethod
    def of(
        cls,
        article: Article,
        *,
        story_id: int,
        source_title: str = "",
        country: str = "",
        kind: str = STORY,
    ) -> Alert:
        """What there is to say about `article`; the source's declaration gives title, country."""
        content = article.content
        return cls(
            story_id=story_id,
            kind=kind,
            source_name=article.page.source,
            source_title=source_title or article.page.source,
            country=country,
            url=article.page.url,
            title=content.title,
            published=content.published,
            first_seen=article.page.first_seen,
            lead=content.lead,
            credit=content.credit,
            lead_only=article.page.lead_only,
            language=content.language,
            matches=article.matches,
            entities=article.entities,
        )

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values; datetimes in ISO 8601."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @classmethod
    def from_json(cls, payload: Mapping[str, Any]) -> Alert:
        """Read what `to_json` wrote, by this version or another. Raises `Unreadable`."""
        try:
            return cls(
                story_id=int(payload["story_id"]),
                kind=str(payload["kind"]),
                source_name=str(payload.get("source_name", "")),
                source_title=str(payload.get("source_title", "")),
                country=str(payload.get("country", "")),
                url=str(payload["url"]),
                title=str(payload["title"]),
                published=_instant(payload.get("published")),
                first_seen=_time(payload["first_seen"]),
                lead=str(payload.get("lead", "")),
                credit=str(payload.get("credit", "")),
                lead_only=bool(payload.get("lead_only", False)),
                language=str(payload.get("language", "")),
                matches=tuple(_match(found) for found in payload.get("matches", ())),
                entities=tuple(_entity(found) for found in payload.get("entities", ())),
                stories=tuple(_headline(found) for found in payload.get("stories", ())),
                topics=tuple(Tally(**_known(Tally, one)) for one in payload.get("topics", ())),
                standing=Standing.from_json(payload.get("standing") or {}),
                turn=Turn.from_json(payload["turn"]) if payload.get("turn") else None,
                parent=str(payload.get("parent", "")),
            )
        except KeyError as error:
            raise Unreadable(f"the payload has no {error.args[0]}") from None
        except (TypeError, ValueError, AttributeError) as error:
            raise Unreadable(f"the payload is no alert: {error}") from None


def notice_of(kind: str) -> str:
    """The kind of the notice that this is, or follows; "" where it is about stories."""
    found = _OF_A_NOTICE.fullmatch(kind)
    return found["notice"] if found else ""


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        # Half a surrogate pair can be neither stored nor sent; NUL cannot be stored in PostgreSQL.
        return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    return value


def _time(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _known(kind: type[Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {key: value for key, value in stored.items() if key in names}


def _instant(stored: Mapping[str, Any] | None) -> Instant | None:
    if stored is None:
        return None
    values = _known(Instant, stored)
    return Instant(
        **values
        | {
            "at": _time(values["at"]),
            "precision": Precision(values["precision"]),
            "zone_rule": ZoneRule(values["zone_rule"]),
            "disagreeing": tuple(values.get("disagreeing", ())),
        }
    )


def _headline(stored: Mapping[str, Any]) -> Headline:
    at = stored.get("published_at")
    return Headline(**_known(Headline, stored) | {"published_at": _time(at) if at else None})


def _entity(stored: Mapping[str, Any]) -> EntityHit:
    return EntityHit(**_known(EntityHit, stored))


def _match(stored: Mapping[str, Any]) -> Match:
    values = _known(Match, stored)
    return Match(
        **values
        | {
            "topics": tuple(values.get("topics", ())),
            "entities": tuple(_entity(found) for found in values.get("entities", ())),
            "evidence": tuple(
                Evidence(**_known(Evidence, found)) for found in values.get("evidence", ())
            ),
        }
    )
