"""Vocabulary: terms, entities and shared lists, and the table of patterns made of them."""
