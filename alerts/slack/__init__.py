"""Slack: the API client, Block Kit, buttons and what the API answers."""
