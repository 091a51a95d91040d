"""Daemon: `wirewatch run`, its periodic tasks, retention, HTTP endpoint and WebSub."""
