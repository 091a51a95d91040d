"""Schema migrations, as Alembic runs them."""
