"""One small declarative file per wire service or institution."""
