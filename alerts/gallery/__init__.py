"""Gallery: pictures of messages for the documentation."""
