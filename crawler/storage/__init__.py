"""The store: every table, and the only code that knows which database is underneath."""
