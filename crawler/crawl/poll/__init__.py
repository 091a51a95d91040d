"""Polling: one poll of a source, from its lease to the pages that are settled."""
