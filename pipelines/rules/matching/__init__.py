"""Matching: the patterns and entities that are found in one article."""
