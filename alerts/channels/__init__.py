"""Channels: one module for each kind of place that alerts are sent to."""
