"""`wirewatch rules`: what shows that rules do what their authors meant, before they go live."""
