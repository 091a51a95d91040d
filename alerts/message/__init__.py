"""Messages: the text of an alert, composed once for every channel."""
