"""Inflection: all forms of a term, by language, worked out once and cached."""
