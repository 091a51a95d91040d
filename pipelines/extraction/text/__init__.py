"""Clean-up of an extracted text: opening, standfirst, boilerplate lines."""
