"""alerts that are held, and mutes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(_text("held_for"))
        batch_op.add_column(sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(_text("said_in"))
        batch_op.create_index("ix_outbox_channel_sent_at", ["channel", "sent_at"], unique=False)
    op.create_table(
        "mutes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("matcher", _JSON, nullable=False),
        _text("reason"),
        _text("author"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutes")),
    )


def downgrade() -> None:
    op.drop_table("mutes")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index("ix_outbox_channel_sent_at")
        batch_op.drop_column("said_in")
        batch_op.drop_column("held_at")
        batch_op.drop_column("held_for")
