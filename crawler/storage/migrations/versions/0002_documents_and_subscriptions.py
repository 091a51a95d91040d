"""documents that rest, feeds that were found, subscriptions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("documents") as batch_op:
        batch_op.add_column(sa.Column("rest_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("pace", sa.Integer(), nullable=True))
        batch_op.add_column(_text("found_on"))
        batch_op.add_column(_text("hub"))
        batch_op.add_column(_text("topic"))
        batch_op.create_index("ix_documents_source", ["source"], unique=False)
    with op.batch_alter_table("runs") as batch_op:
        batch_op.add_column(
            sa.Column("pushed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("pages") as batch_op:
        batch_op.create_index("ix_pages_source_first_seen", ["source", "first_seen"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        _text("error"),
        sa.Column("delivered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("document", name=op.f("uq_subscriptions_document")),
    )


def downgrade() -> None:
    op.drop_table("subscriptions")
    with op.batch_alter_table("pages") as batch_op:
        batch_op.drop_index("ix_pages_source_first_seen")
    with op.batch_alter_table("runs") as batch_op:
        batch_op.drop_column("pushed")
    with op.batch_alter_table("documents") as batch_op:
        batch_op.drop_index("ix_documents_source")
        for name in ("topic", "hub", "found_on", "pace", "rest_until"):
            batch_op.drop_column(name)
