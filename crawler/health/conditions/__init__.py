"""Conditions: what is wrong with a source, how it begins and ends, and what explains it."""
