"""runs that are planned, what ails a source, what its norm is, gaps, canaries"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_SUMS = ("polls", "failed", "found", "stored", "rejected", "characters", "dated", "timed", "delay")


def upgrade() -> None:
    _runs()
    _documents()
    _health()


def _runs() -> None:
    op.add_column("runs", sa.Column("cause", sa.Text(), server_default="schedule", nullable=False))
    op.execute("UPDATE runs SET cause = 'pushed' WHERE pushed")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_column("pushed")
    op.create_index("ix_runs_planned_at", "runs", ["planned_at"])
    op.create_index("ix_runs_source_id", "runs", ["source", "id"])
    op.create_index(
        "ix_runs_running",
        "runs",
        ["source"],
        sqlite_where=sa.text("outcome = 'running'"),
        postgresql_where=sa.text("outcome = 'running'"),
    )
    op.create_index(
        "uq_runs_source_planned",
        "runs",
        ["source"],
        unique=True,
        sqlite_where=sa.text("outcome = 'planned'"),
        postgresql_where=sa.text("outcome = 'planned'"),
    )


def _documents() -> None:
    op.add_column("documents", sa.Column("trouble", sa.Text(), server_default="", nullable=False))
    op.add_column("documents", sa.Column("failing_since", _TIME, nullable=True))
    op.add_column("documents", sa.Column("newest_at", _TIME, nullable=True))


def _health() -> None:
    op.create_table(
        "conditions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("raised_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("cleared_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conditions")),
    )
    op.create_index("ix_conditions_source_kind", "conditions", ["source", "kind"])
    op.create_index(
        "uq_conditions_source_kind_open",
        "conditions",
        ["source", "kind"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "observations",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hour", _TIME, nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in _SUMS),
        sa.Column("flooded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("source", "hour", name=op.f("pk_observations")),
    )
    op.create_table(
        "vitals",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recent", _JSON, server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_vitals")),
    )
    op.create_table(
        "gaps",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("told_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
        sa.UniqueConstraint("source", "since", name=op.f("uq_gaps_source_since")),
    )
    op.create_table(
        "canaries",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("charset", sa.Text(), server_default="", nullable=False),
        sa.Column("entry", _JSON, nullable=False),
        sa.Column("html", sa.LargeBinary(), nullable=False),
        sa.Column("expected", _JSON, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("taken_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_canaries")),
    )
    op.create_table(
        "chores",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("done_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chores")),
    )
    op.create_table(
        "set_backs",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("newest_run", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_backs")),
    )


def downgrade() -> None:
    tables = "set_backs chores canaries gaps vitals observations conditions"
    for table in tables.split():
        op.drop_table(table)
    for column in ("newest_at", "failing_since", "trouble"):
        op.drop_column("documents", column)
    for index in ("ix_runs_running", "ix_runs_source_id", "uq_runs_source_planned"):
        op.drop_index(index, table_name="runs")
    op.drop_index("ix_runs_planned_at", table_name="runs")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("pushed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.execute("UPDATE runs SET pushed = (cause = 'pushed')")
    op.drop_column("runs", "cause")
