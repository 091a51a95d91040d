"""Alert: what one message says; stored with the article, read by every channel.

The outbox holds it as JSON for as long as delivery takes, and perhaps across an upgrade: reading
ignores what it does not know and does without what is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from crawler.model.items import EntityHit, Instant, Match  # noqa: TC001 - pydantic reads them
from crawler.model.stored_time import StoredTime  # noqa: TC001 - pydantic reads it
from crawler.model.story_status import StoryEvent, StoryStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.model.items import Article

STORY = "story"
DIGEST = "digest"
UPDATE = "update"
REPLY = "reply"
OPS = "ops"
_OF_A_NOTICE = re.compile(rf"(?:(?:{UPDATE}|{REPLY})-\d+-)?(?P<notice>{OPS}-.*)", re.DOTALL)


#: What a stored alert may lack beside what has a default.
_ABSENT: dict[str, Any] = dict.fromkeys(("source_name", "source_title", "country"), "") | {
    "published": None
}
_EMPTY: dict[str, Any] = {"standing": {}, "turn": None}


class Unreadable(ValueError):
    """Parse error: a stored payload is no alert; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One story of a digest."""

    title: str
    url: str
    published_at: StoredTime | None = None
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
    first_seen: StoredTime
    lead: str = field(default="", repr=False)
    credit: str = ""
    lead_only: bool = False  # the source's articles are not read: the lead is all there is
    language: str = ""
    matches: tuple[Match, ...] = ()
    entities: tuple[EntityHit, ...] = ()
    stories: tuple[Headline, ...] = ()
    topics: tuple[Tally, ...] = ()
    standing: StoryStatus = field(default_factory=StoryStatus)
    turn: StoryEvent | None = None
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
        plain: dict[str, Any] = _storable(_adapter().dump_python(self, mode="json"))
        return plain

    @classmethod
    def from_json(cls, payload: Mapping[str, Any]) -> Alert:
        """Read what `to_json` wrote, by this version or another. Raises `Unreadable`."""
        stored = {**_ABSENT, **payload}
        for name, absent in _EMPTY.items():  # an earlier version's word for none
            stored[name] = stored.get(name) or absent
        try:
            return _adapter().validate_python(stored)
        except ValidationError as error:
            raise Unreadable(_why(error)) from None


def notice_of(kind: str) -> str:
    """The kind of the notice that this is, or follows; "" where it is about stories."""
    found = _OF_A_NOTICE.fullmatch(kind)
    return found["notice"] if found else ""


@cache
def _adapter() -> TypeAdapter[Alert]:
    return TypeAdapter(Alert)


def _why(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"the payload has no {where}"
    return f"the payload is no alert: {where}: {first['msg']}"


def _storable(value: Any) -> Any:
    """The same JSON without what cannot be stored."""
    if isinstance(value, str):
        if value.isascii() and "\x00" not in value:
            return value
        # Half a surrogate pair can be neither stored nor sent; NUL cannot be stored in PostgreSQL.
        return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    if isinstance(value, dict):
        return {key: _storable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    return value
