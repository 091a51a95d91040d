"""rows of the outbox that follow another"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", _ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_outbox_parent_id"), "outbox", ["parent_id"], ["id"])
        batch_op.create_index("ix_outbox_parent_id", ["parent_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_parent_id")
        batch_op.drop_constraint(op.f("fk_outbox_parent_id"), type_="foreignkey")
        batch_op.drop_column("parent_id")
