"""What staff say of the stories that they were alerted to: kept, shown, and read as labels.

A verdict is one person's answer to one question about a story. Another answer replaces it; what was
said before stays in the table. `shown` is what survives a crash: a verdict that no message shows
yet is found by the next process.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.storage.database import insert
from crawler.storage.schema import articles, envelopes, matches, outbox, stories, verdicts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection


RELEVANT, NOT_RELEVANT = "relevant", "not relevant"
#: What can be answered, and to which question.
QUESTIONS = {
    RELEVANT: "relevance",
    NOT_RELEVANT: "relevance",
    "duplicate": "duplicate",
    "wrong date": "date",
}
_REMEMBERED = timedelta(days=2)  # how long an envelope is known; Slack repeats within minutes
_CURRENT = verdicts.c.replaced_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`answer` is one of `QUESTIONS`; `given_at` is when the button was pressed."""

    story_id: int
    user_id: str
    user_name: str
    answer: str
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A message about a story as a channel has it: `reference` is what the channel calls it."""

    channel: str
    reference: str
    payload: Mapping[str, Any]


def first_time(connection: Connection, envelope: str, now: datetime) -> bool:
    """Take an envelope; False where it was taken before."""
    connection.execute(sa.delete(envelopes).where(envelopes.c.taken_at < now - _REMEMBERED))
    taken = (
        insert(connection, envelopes)
        .values(id=envelope, taken_at=now)
        .on_conflict_do_nothing()
        .returning(envelopes.c.id)
    )
    return connection.execute(taken).first() is not None


def give(connection: Connection, verdict: Verdict, now: datetime) -> bool:
    """Keep a verdict; False where it changes nothing.

    That is: it is the current one already, a later one is, or there is no such story.
    """
    if connection.scalar(sa.select(stories.c.id).filter_by(id=verdict.story_id)) is None:
        return False
    key = {
        "story_id": verdict.story_id,
        "user_id": verdict.user_id,
        "question": QUESTIONS[verdict.answer],
    }
    same = (*(verdicts.c[name] == value for name, value in key.items()), _CURRENT)
    before = connection.execute(sa.select(verdicts).where(*same)).mappings().first()
    if before is not None and (
        before["answer"] == verdict.answer or before["given_at"] > verdict.given_at
    ):
        return False
    connection.execute(sa.update(verdicts).where(*same).values(replaced_at=now))
    connection.execute(sa.insert(verdicts).values(asdict(verdict) | key))
    return True


def names_rule(connection: Connection, story_id: int, *, reference: str, rule: str) -> bool:
    """Whether that message is one of this story's, and says that this very rule found it."""
    query = sa.select(outbox.c.payload).where(
        outbox.c.story_id == story_id, outbox.c.reference == reference, outbox.c.parent_id.is_(None)
    )
    return any(
        match.get("rule") == rule
        for payload in connection.scalars(query)
        for match in payload.get("matches") or ()
    )


def unshown(connection: Connection) -> dict[int, list[int]]:
    """The stories whose messages do not show every verdict yet, with those verdicts' ids."""
    query = sa.select(verdicts.c.story_id, verdicts.c.id).where(~verdicts.c.shown)

    found: dict[int, list[int]] = defaultdict(list)
    for story, verdict in connection.execute(query.order_by(verdicts.c.id)):
        found[story].append(verdict)
    return dict(found)


def set_shown(connection: Connection, ids: Collection[int]) -> None:
    """The story's messages show these verdicts now, or never will."""
    statement = sa.update(verdicts).where(verdicts.c.id.in_(ids)).values(shown=True)
    connection.execute(statement)


def coming(connection: Connection, story: int, first: str, channels: Collection[str]) -> bool:
    """Whether a message of the kind `first` may be in one of these channels, which did not say.

    One that was not tried yet does not count: it will be written with what is said by then.
    """
    query = sa.select(
        sa.exists().where(
            outbox.c.story_id == story,
            outbox.c.kind == first,
            outbox.c.channel.in_(channels),
            sa.or_(
                outbox.c.state == "sending",
                sa.and_(outbox.c.state == "pending", outbox.c.tries > 0),
            ),
        )
    )
    return bool(connection.scalar(query))


def of(connection: Connection, story: int) -> list[Verdict]:
    """What is said of a story now, in the order in which it was said."""
    return (current(connection, [story])).get(story, [])


def parents(connection: Connection, story: int, first: str, update: str) -> list[Parent]:
    """The messages about a story that were delivered, as they read since the last update.

    `first` is the kind of the message, `update` how the kinds of its updates begin.
    """
    rows = (
        sa.select(outbox.c.channel, outbox.c.kind, outbox.c.reference, outbox.c.payload)
        .where(
            outbox.c.story_id == story,
            (outbox.c.kind == first) | outbox.c.kind.startswith(f"{update}-"),
            outbox.c.state.in_(("sending", "sent")),
        )
        .order_by(outbox.c.id)
    )

    found: dict[str, Parent] = {}
    for row in connection.execute(rows).mappings():
        channel, before = row["channel"], found.get(row["channel"])
        reference = before.reference if before else row["reference"]
        # An update of `followups` is empty: the first message's row says it all.
        payload = row["payload"] or (before.payload if before else {})
        found[channel] = Parent(channel=channel, reference=reference, payload=payload)
    return [parent for parent in found.values() if parent.reference]


def current(connection: Connection, of: Sequence[int] = ()) -> dict[int, list[Verdict]]:
    """By story: what is said of it now; of these stories, or of all."""
    chosen = (verdicts.c.story_id.in_(of),) if of else ()
    columns = (verdicts.c[name] for name in Verdict.__dataclass_fields__)
    query = sa.select(*columns).where(_CURRENT, *chosen)
    found: dict[int, list[Verdict]] = defaultdict(list)
    for row in connection.execute(query.order_by(verdicts.c.given_at, verdicts.c.id)).mappings():
        found[row["story_id"]].append(Verdict(**row))
    return dict(found)


def labelled(connection: Connection) -> Iterator[dict[str, Any]]:
    """Each story of which something was said, as `wirewatch rules test` reads labelled articles.

    `label` is "hit" or "not" as most have it who said whether the story is relevant, else "unsure";
    `rules` are those that fired, where it is a hit; `verdicts` is who said what, and when.
    """
    for story, said in current(connection).items():
        article = _article(connection, story)
        if article is not None:
            yield {**article, **_label(said, article["rules"])}


def _article(connection: Connection, story: int) -> dict[str, Any] | None:
    """The story's first article that a rule matched: what the alert was about."""
    fired = sa.select(matches.c.rule).where(matches.c.article_id == articles.c.id).exists()
    query = (
        sa.select(articles)
        .where(articles.c.story_id == story)
        .order_by(sa.case((fired, 0), else_=1), articles.c.id)
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    rules = sa.select(matches.c.rule).where(matches.c.article_id == row["id"])
    return {
        "id": story,
        "title": row["title"],
        "text": row["text"],
        "lang": row["language"],
        "source": row["source"],
        "url": row["link"],
        "published_at": row["published_at"].isoformat() if row["published_at"] else None,
        "rules": sorted(connection.scalars(rules)),
    }


def _label(said: Sequence[Verdict], fired: Sequence[str]) -> dict[str, Any]:
    answers = [one.answer for one in said]
    margin = answers.count(RELEVANT) - answers.count(NOT_RELEVANT)
    label = "hit" if margin > 0 else "not" if margin < 0 else "unsure"
    return {
        "label": label,
        "rules": list(fired) if label == "hit" else [],
        "fired": list(fired),
        "verdicts": [
            {
                "answer": one.answer,
                "user": one.user_id,
                "name": one.user_name,
                "at": one.given_at.isoformat(),
            }
            for one in said
        ],
    }
