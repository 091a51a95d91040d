"""Try a source out: ask what it declares, read one article, and say in words what is wrong."""
