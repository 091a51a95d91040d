"""Where alerts go: one file a kind, found by its name, each with a `build(place)`."""
