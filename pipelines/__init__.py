"""Pipelines: the four item pipelines that an article passes, and what they stand on."""
