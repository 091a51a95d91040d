"""Replica wire services on loopback, and the demonstration that is checked against them."""
