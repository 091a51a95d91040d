"""Scheduling: which source is polled when, at a learned interval or by a cron expression."""
