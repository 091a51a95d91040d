"""What an operator asks of the sources: which there are, how each does, and whether it works."""
