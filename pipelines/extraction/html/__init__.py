"""HTML: parsing a page, finding its headline, and the text of its main content."""
