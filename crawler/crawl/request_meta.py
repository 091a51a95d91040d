"""Keys of Request.meta that the rooms of a crawl agree on."""

from __future__ import annotations

#: The answer is a file of gzip members, and is read as such: it is not unpacked on the way.
KEEP_PACKED = "keep_packed"
