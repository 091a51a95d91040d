"""Commands of plain `scrapy` that this project changes."""
