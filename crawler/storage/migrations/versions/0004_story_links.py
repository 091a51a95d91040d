"""links between stories"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_links",
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_story_links_story_id")),
        sa.ForeignKeyConstraint(["other_id"], ["stories.id"], name=op.f("fk_story_links_other_id")),
        sa.PrimaryKeyConstraint("story_id", "other_id", name=op.f("pk_story_links")),
    )
    op.create_index("ix_story_links_other_id", "story_links", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_story_links_other_id", table_name="story_links")
    op.drop_table("story_links")
