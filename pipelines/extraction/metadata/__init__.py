"""Metadata of a page: title, authors, language, credit, and what JSON-LD and its head say."""
