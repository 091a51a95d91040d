"""Alerts: composed, held, delivered to channels, and answered by staff."""
