"""What the program does per second, and how well, beside its peers."""
