"""inflection."""
