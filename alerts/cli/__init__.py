"""Commands `wirewatch alerts …`."""
