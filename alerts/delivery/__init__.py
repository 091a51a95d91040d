"""Delivery: workers that carry the outbox to channels, hold queues and digests."""
