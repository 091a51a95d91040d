"""websub."""
