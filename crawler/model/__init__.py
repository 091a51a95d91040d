"""Model: the values that every room shares; imports nothing above it."""
