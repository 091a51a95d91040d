"""Health: how each source does against its norm, and the conditions that operators are told of."""
