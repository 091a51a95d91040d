"""Maintenance of the store: schema upgrades, backup, integrity, retention, disk space."""
