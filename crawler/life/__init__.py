"""Proof of life: what is said while all is well, and what when it is not."""
