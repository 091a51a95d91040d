"""Preload of the worker processes: importing this loads once, to share, what is loaded lazily.

Worker processes are forked from a server that has imported it, so that a new one starts at once
and shares these pages of memory.
"""

from __future__ import annotations

import gc
from contextlib import suppress

from crawler.config.source import DocumentKind, Source
from crawler.discovery import reader
from crawler.discovery.received import Received
from crawler.runtime import worker_pool
from pipelines.workers.task import self_test

_FEED = b"""<rss version="2.0"><channel><item><title>A meeting</title>
<link>http://localhost/1</link><pubDate>Tue, 03 Sep 2019 11:23:00 GMT</pubDate>
<description>&lt;p&gt;Delegates met.&lt;/p&gt;</description></item></channel></rss>"""
_URL = "http://localhost/feed.xml"

#: A worker is one of this module's processes, and loads it otherwise.
LOADED = worker_pool
# Documents are read in such workers, too.
reader.read(DocumentKind.FEED, Received(url=_URL, body=_FEED), Source(name="warm", feeds=(_URL,)))

with suppress(Exception):  # what is wrong is told by a worker that tests itself
    self_test()

# What is loaded by now stays: looking through it again and again would take a tenth of the time,
# and would make the workers' copies of these pages of memory their own.
gc.collect()
gc.freeze()
