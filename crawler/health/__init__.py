"""Whether the sources do well, and what ails them."""
