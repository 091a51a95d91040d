"""Health reports: the daily message, heartbeat, outage notices and lists of conditions."""
