"""Command line of the rules: check, explain, test, replay and match."""
