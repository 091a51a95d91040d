"""Command line: every `wirewatch` command that the trunk brings, and what they share."""
