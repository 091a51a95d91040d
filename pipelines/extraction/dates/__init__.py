"""Dates of an article: when it was published and modified, and by what evidence."""
