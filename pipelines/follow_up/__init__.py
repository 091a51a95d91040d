"""Follow-ups of a story that alerted: what changed, and whether its readers should be told."""
