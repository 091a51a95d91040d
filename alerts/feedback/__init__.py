"""Feedback: what staff answer in Slack, by button and slash command."""
