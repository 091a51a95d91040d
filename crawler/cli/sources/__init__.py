"""Commands `wirewatch sources …`: list, show, probe, canary and conditions."""
