"""How each source does, against what it usually does; and what ails it, told once."""
