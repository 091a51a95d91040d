"""What an article is of can be looked up: else each one that is removed costs a look at all."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_articles_of_id", "articles", ["of_id"])


def downgrade() -> None:
    op.drop_index("ix_articles_of_id", table_name="articles")
