"""Schema: the tables. Migrations are generated from here; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on both databases. A naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime reached the store: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite hands back what was written, without the zone.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts only INTEGER up

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _id() -> sa.Column[int]:
    return sa.Column("id", BigId, primary_key=True, autoincrement=True)


def _time(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


# One row for every crawl of a source, however it ended; and of each the one that is planned next.
runs = sa.Table(
    "runs",
    metadata,
    _id(),
    sa.Column("source", sa.Text(), nullable=False),
    _time("planned_at", nullable=False),
    _time("started_at"),
    _time("finished_at"),
    sa.Column("outcome", sa.Text(), nullable=False),  # `crawler.storage.crawl.runs.OUTCOMES`
    _text("reason"),
    sa.Column("baseline", sa.Boolean(), nullable=False, server_default=sa.false()),
    # `crawler.storage.crawl.runs.CAUSES`
    sa.Column("cause", sa.Text(), nullable=False, server_default="schedule"),
    sa.Column("counts", Json, nullable=False, server_default="{}"),
    _text("process"),  # that began it: `processes.id`
    sa.Index("ix_runs_source_planned_at", "source", "planned_at"),
    sa.Index("ix_runs_source_id", "source", "id"),
    sa.Index("ix_runs_planned_at", "planned_at"),
    sa.Index(
        "uq_runs_source_planned",
        "source",
        unique=True,
        sqlite_where=sa.text("outcome = 'planned'"),
        postgresql_where=sa.text("outcome = 'planned'"),
    ),
    sa.Index(
        "ix_runs_running",
        "source",
        sqlite_where=sa.text("outcome = 'running'"),
        postgresql_where=sa.text("outcome = 'running'"),
    ),
)

# One row for every page a source ever announced, and where it stands.
pages = sa.Table(
    "pages",
    metadata,
    _id(),
    sa.Column("url", sa.Text(), nullable=False, unique=True),  # canonical
    sa.Column("fetch_url", sa.Text(), nullable=False),  # as announced
    sa.Column("source", sa.Text(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),  # pending|stored|duplicate|rejected|failed
    _text("reason"),
    sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
    _time("retry_at"),
    _time("first_seen", nullable=False),
    _time("settled_at"),
    sa.Column("baseline", sa.Boolean(), nullable=False, server_default=sa.false()),
    _text("title"),
    _text("summary"),
    _time("published_at"),
    _time("updated_at"),
    sa.Column("job_id", BigId),  # of the backfill that found it; polls leave it alone
    sa.Index("ix_pages_source_state_retry_at", "source", "state", "retry_at"),
    sa.Index("ix_pages_source_first_seen", "source", "first_seen"),
    sa.Index("ix_pages_job_id", "job_id"),
)

# What is known of each feed, sitemap and listing. The validators (what a server gave us to ask
# "changed since?" with) are saved only after all entries of that fetch are settled.
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("url", sa.Text(), primary_key=True),
    sa.Column("source", sa.Text(), nullable=False),
    _text("etag"),
    _text("last_modified"),
    _time("fetched_at"),
    _time("not_before"),  # it is not asked until then
    sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),  # in a row
    _text("error"),
    _text("trouble"),  # the same in a word: `crawler.crawl.failures.RequestFailure.slug`
    _time("failing_since"),
    _time("newest_at"),  # of what it announced when it was read last
    _time("rest_until"),  # the server asked to be left alone until then
    sa.Column("pace", sa.Integer()),  # seconds: how often the publisher says that it changes
    _text("found_on"),  # the page that names it as a feed, where the declaration does not
    _text("hub"),
    _text("topic"),
    sa.Index("ix_documents_source", "source"),
)

# Feeds that a hub pushes to us (WebSub), one row for each address that hubs call back.
subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("token", sa.Text(), primary_key=True),  # the last part of the address
    sa.Column("document", sa.Text(), nullable=False, unique=True),  # the feed, as we poll it
    sa.Column("source", sa.Text(), nullable=False),
    sa.Column("topic", sa.Text(), nullable=False),  # the feed, as its hub calls it
    sa.Column("hub", sa.Text(), nullable=False),
    sa.Column("secret", sa.Text(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),  # wanted | asked | active | leaving | denied
    _time("due", nullable=False),  # when to ask the hub next
    _time("lease_until"),
    sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
    _text("error"),
    sa.Column("delivered", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("refused", sa.Integer(), nullable=False, server_default="0"),  # not signed by the hub
    _time("delivered_at"),
)

# Pages of told stories that are to be looked at again; a row goes when that is over.
rechecks = sa.Table(
    "rechecks",
    metadata,
    sa.Column("url", sa.Text(), primary_key=True),  # canonical
    sa.Column("source", sa.Text(), nullable=False),
    _time("alerted_at", nullable=False),
    _time("due", nullable=False),
    sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),  # in vain, in a row
    _text("error"),  # what the last of them met with: "http-404"
    sa.Index("ix_rechecks_source_due", "source", "due"),
)

stories = sa.Table(
    "stories",
    metadata,
    _id(),
    _time("created_at", nullable=False),
    _text("title"),
)

articles = sa.Table(
    "articles",
    metadata,
    _id(),
    sa.Column("url", sa.Text(), nullable=False, unique=True),  # canonical
    sa.Column("link", sa.Text(), nullable=False),  # as fetched: what a reader clicks
    sa.Column("source", sa.Text(), nullable=False),
    sa.Column("story_id", BigId, sa.ForeignKey("stories.id"), nullable=False, index=True),
    sa.Column("relation", sa.Text(), nullable=False),  # new | reprint | revision
    sa.Column("of_id", BigId, sa.ForeignKey("articles.id"), index=True),
    _text("evidence"),
    sa.Column("title", sa.Text(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("authors", Json, nullable=False, server_default="[]"),
    _text("language"),
    _time("published_at"),
    sa.Column("published_receipt", Json),
    _time("modified_at"),
    _text("credit"),
    _text("dateline"),
    _text("lead"),
    sa.Column("entities", Json, nullable=False, server_default="[]"),
    sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    _time("first_seen", nullable=False),
    _time("fetched_at", nullable=False),
    _time("stored_at", nullable=False),
    sa.Index("ix_articles_source_published_at", "source", "published_at"),
    sa.Index("ix_articles_stored_at", "stored_at"),
)

# What an article said before its page was changed.
revisions = sa.Table(
    "revisions",
    metadata,
    _id(),
    sa.Column("article_id", BigId, sa.ForeignKey("articles.id"), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("title", sa.Text(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    _time("replaced_at", nullable=False),
    sa.UniqueConstraint("article_id", "version"),
)

# Two stories about one event, in other words: linked, never collapsed. The smaller id comes first.
story_links = sa.Table(
    "story_links",
    metadata,
    sa.Column("story_id", BigId, sa.ForeignKey("stories.id"), primary_key=True),
    sa.Column("other_id", BigId, sa.ForeignKey("stories.id"), primary_key=True),
    sa.Column("score", sa.Float(), nullable=False),
    _text("evidence"),
    sa.Index("ix_story_links_other_id", "other_id"),
)

# What articles are looked up by: an inverted index from a hash to the articles that hold it.
sketches = sa.Table(
    "sketches",
    metadata,
    sa.Column("hash", sa.BigInteger(), primary_key=True),
    sa.Column("article_id", BigId, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Index("ix_sketches_article_id", "article_id"),
    sqlite_with_rowid=False,
)

matches = sa.Table(
    "matches",
    metadata,
    _id(),
    sa.Column("article_id", BigId, sa.ForeignKey("articles.id"), nullable=False),
    sa.Column("rule", sa.Text(), nullable=False),
    sa.Column("version", sa.Text(), nullable=False),
    sa.Column("score", sa.Float(), nullable=False),
    sa.Column("threshold", sa.Float(), nullable=False),
    sa.Column("receipt", Json, nullable=False),
    _time("created_at", nullable=False),
    sa.UniqueConstraint("article_id", "rule"),
)

# What must be said, to whom; written with the article, before anything is sent.
outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("story_id", BigId, sa.ForeignKey("stories.id")),  # none: a digest of many
    sa.Column("channel", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),  # `crawler.model.alert.Alert.kind`
    # The row that this one follows: it waits until that is sent.
    sa.Column("parent_id", BigId, sa.ForeignKey("outbox.id"), index=True),
    sa.Column("payload", Json, nullable=False),
    # pending | sending | sent | dead, or kept back: held | digested | muted
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
    _time("not_before", nullable=False),
    sa.Column("lease_owner", sa.Text()),
    _time("lease_until"),
    _time("created_at", nullable=False),
    _time("sent_at"),
    _text("reference"),  # what the channel calls the message: a Slack ts
    _text("error"),
    _text("held_for"),  # why it was kept back: "quiet hours", "digest", "storm", "mute 3"
    _time("held_at"),
    _text("said_in"),  # the kind of the digest that says it in its place
    sa.UniqueConstraint("story_id", "channel", "kind"),
    sa.Index("ix_outbox_state_not_before", "state", "not_before"),
    sa.Index("ix_outbox_channel_sent_at", "channel", "sent_at"),
    sa.Index(  # NULLs differ from one another: without it a digest could be written twice
        "uq_outbox_channel_kind",
        "channel",
        "kind",
        unique=True,
        sqlite_where=sa.text("story_id IS NULL"),
        postgresql_where=sa.text("story_id IS NULL"),
    ),
)

# What staff say of a story. A changed mind replaces: the earlier answer stays as history.
verdicts = sa.Table(
    "verdicts",
    metadata,
    _id(),
    sa.Column("story_id", BigId, sa.ForeignKey("stories.id"), nullable=False),
    sa.Column("user_id", sa.Text(), nullable=False),
    _text("user_name"),
    sa.Column("question", sa.Text(), nullable=False),  # relevance | duplicate | date
    sa.Column("answer", sa.Text(), nullable=False),  # as its button says
    _time("given_at", nullable=False),
    _time("replaced_at"),
    # The story's messages show it.
    sa.Column("shown", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Index(
        "uq_verdicts_story_id_user_id_question",
        "story_id",
        "user_id",
        "question",
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    ),
    sa.Index(
        "ix_verdicts_shown",
        "shown",
        sqlite_where=sa.text("NOT shown"),
        postgresql_where=sa.text("NOT shown"),
    ),
)

# What Slack handed us and was acted on; it may hand the same over again.
envelopes = sa.Table(
    "envelopes",
    metadata,
    sa.Column("id", sa.Text(), primary_key=True),
    _time("taken_at", nullable=False),
)

# What staff do not want to be told for a while; a mute that was ended has its end in the past.
mutes = sa.Table(
    "mutes",
    metadata,
    _id(),
    sa.Column("matcher", Json, nullable=False),  # as `crawler.config.routes.Matcher`
    _text("reason"),
    _text("author"),
    _time("created_at", nullable=False),
    _time("until", nullable=False),
)

# What somebody asked to be read again of the past, or the daemon of a gap.
backfills = sa.Table(
    "backfills",
    metadata,
    _id(),
    _text("source"),  # "": all sources, out of files
    sa.Column("since", sa.Date(), nullable=False),
    sa.Column("until", sa.Date(), nullable=False),  # inclusive
    _text("via"),  # "": what the source offers; else an archive
    sa.Column("alerts", sa.Text(), nullable=False),  # silent | digest | live
    sa.Column("cause", sa.Text(), nullable=False),  # asked | gap
    sa.Column("state", sa.Text(), nullable=False),  # running | done | failed | cancelled
    _text("reason"),
    _time("created_at", nullable=False),
    _time("ended_at"),
    sa.Index("ix_backfills_source_state", "source", "state"),
)

# The parts of a backfill that are done one after the other: a day where the archive knows days.
shards = sa.Table(
    "backfill_shards",
    metadata,
    _id(),
    sa.Column("job_id", BigId, sa.ForeignKey("backfills.id"), nullable=False),
    sa.Column("part", sa.Text(), nullable=False),  # the road and its address: "days https://…"
    sa.Column("since", sa.Date(), nullable=False),
    sa.Column("until", sa.Date(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),  # pending | running | done | failed
    _text("cursor"),  # where the road goes on; everything before it is settled
    sa.Column("share", sa.Float(), nullable=False, server_default="0"),  # of it done, 0..1
    sa.Column("counts", Json, nullable=False, server_default="{}"),
    _text("reason"),
    _time("started_at"),
    _time("ended_at"),
    sa.UniqueConstraint("job_id", "part", "since"),
)

# What ails a source, or the installation (source ""): raised once, updated, cleared.
conditions = sa.Table(
    "conditions",
    metadata,
    _id(),
    sa.Column("source", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),  # `crawler.model.conditions.ConditionKind`
    _text("detail"),  # what is seen, in a sentence or a few
    sa.Column("times", sa.Integer(), nullable=False, server_default="1"),  # it came back that often
    _time("raised_at", nullable=False),
    _time("updated_at", nullable=False),
    _time("cleared_at"),
    sa.Index("ix_conditions_source_kind", "source", "kind"),
    sa.Index(
        "uq_conditions_source_kind_open",
        "source",
        "kind",
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    ),
)

# What the polls of a source saw in each hour: what its norms are learned from.
observations = sa.Table(
    "observations",
    metadata,
    sa.Column("source", sa.Text(), primary_key=True),
    sa.Column("hour", UtcDateTime(), primary_key=True),  # its beginning
    *(
        sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        for name in (
            "polls",
            "failed",  # polls among them
            "found",  # pages that were new
            "stored",
            "rejected",
            "characters",  # in the bodies of those stored
            "dated",  # of those stored
            "timed",  # of those dated, to the minute
            "delay",  # seconds from publication to sight, summed over the timed
        )
    ),
    sa.Column("flooded", sa.Boolean(), nullable=False, server_default=sa.false()),
)

# The newest pages of each source, as far as its health is judged by them.
vitals = sa.Table(
    "vitals",
    metadata,
    sa.Column("source", sa.Text(), primary_key=True),
    sa.Column("recent", Json, nullable=False, server_default="[]"),
)

# When a source was not read for so long that analysts should know; told once it is over.
gaps = sa.Table(
    "gaps",
    metadata,
    _id(),
    sa.Column("source", sa.Text(), nullable=False),
    _time("since", nullable=False),
    _time("until", nullable=False),
    _text("outcome"),  # of its repair, in words; "" while that is under way
    _time("told_at"),
    sa.UniqueConstraint("source", "since"),
)

# A page of each source as it came, and what was made of it: the same must come of it after an
# upgrade.
canaries = sa.Table(
    "canaries",
    metadata,
    sa.Column("source", sa.Text(), primary_key=True),
    sa.Column("url", sa.Text(), nullable=False),
    _text("charset"),
    sa.Column("entry", Json, nullable=False),  # what announced it
    sa.Column("html", sa.LargeBinary(), nullable=False),  # gzip
    sa.Column("expected", Json, nullable=False),
    sa.Column("made_by", sa.Text(), nullable=False),  # the versions of all that had a part in it
    _time("taken_at", nullable=False),  # fetched
)

# When the daemon last did what it does once a day.
chores = sa.Table(
    "chores",
    metadata,
    sa.Column("name", sa.Text(), primary_key=True),
    _time("done_at", nullable=False),
)

# The clock went back by so many seconds; runs up to `newest_run` may be dated by the one before.
set_backs = sa.Table(
    "set_backs",
    metadata,
    _id(),
    _time("at", nullable=False),  # by the clock that is right now
    sa.Column("seconds", sa.Float(), nullable=False),
    sa.Column("newest_run", sa.BigInteger(), nullable=False),
)

# Who works on the store, or did. All times are of the database's own clock.
processes = sa.Table(
    "processes",
    metadata,
    sa.Column("id", sa.Text(), primary_key=True),  # at random; the owner of leases
    sa.Column("role", sa.Text(), nullable=False),  # run | crawl | backfill
    sa.Column("host", sa.Text(), nullable=False),
    sa.Column("pid", sa.Integer(), nullable=False),  # in the container of its own
    _text("version"),
    _text("config_path"),  # "": it runs on the defaults
    _text("config_digest"),  # SHA-256 of the file as it is in use
    _time("config_read_at"),  # or was found to be the same again
    _time("started_at", nullable=False),
    _time("beat_at", nullable=False),  # the newest sign of life
    _time("ended_at"),
    _text("end"),  # `crawler.storage.crawl.processes`: stopped | lost | replaced
    sa.Index("ix_processes_started_at", "started_at"),
)

# "One source runs in one place at a time."
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.Text(), primary_key=True),
    sa.Column("owner", sa.Text(), nullable=False),
    _time("until", nullable=False),
)
