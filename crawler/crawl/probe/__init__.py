"""Probe: a source tried out once, without storing anything."""
