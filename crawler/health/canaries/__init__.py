"""Canaries: one good page of each source, extracted again after each upgrade."""
