"""`wirewatch top`: how the sources do, what goes on, what was stored, what waits to be said."""
