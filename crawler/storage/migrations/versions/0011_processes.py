"""the processes that work on a store, with a heartbeat; and which of them began a run"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), server_default="", nullable=False),
        sa.Column("config_path", sa.Text(), server_default="", nullable=False),
        sa.Column("config_digest", sa.Text(), server_default="", nullable=False),
        sa.Column("config_read_at", _TIME, nullable=True),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("beat_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("end", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processes")),
    )
    op.create_index("ix_processes_started_at", "processes", ["started_at"])
    op.add_column("runs", sa.Column("process", sa.Text(), server_default="", nullable=False))
    # No daemon is at work while tables are brought up, so none of them holds anything.
    op.execute("DELETE FROM leases WHERE owner LIKE 'run:%'")


def downgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_column("process")
    op.drop_index("ix_processes_started_at", table_name="processes")
    op.drop_table("processes")
