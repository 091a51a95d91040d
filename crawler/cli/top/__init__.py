"""Terminal dashboard `wirewatch top`: a snapshot of the store, drawn as frames."""
