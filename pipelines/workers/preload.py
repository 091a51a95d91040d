"""Preload of the worker processes: importing this loads once, to share, what is loaded lazily.

Worker processes are forked from a server that has imported it, so that a new one starts at once
and shares these pages of memory.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime

from crawler.model.items import Hints
from pipelines.workers.task import page

_SENTENCES = (
    "Delegates of nine countries met on Tuesday to talk about joint training. "
    "Представители девяти стран обсудили во вторник совместные учения. "
)
_PAGE = f"""<html lang="en"><head><title>A meeting</title></head><body><article><h1>A meeting</h1>
<div class="date">3 September 2019, 11:23</div><p>{_SENTENCES * 4}</p><p>{_SENTENCES * 3}</p>
</article></body></html>"""

page(
    _PAGE.encode(),
    "http://localhost/warm",
    charset="utf-8",
    hints=Hints(languages=("en", "ru")),
    now=datetime(2020, 1, 1, tzinfo=UTC),
)

# What is loaded by now stays: looking through it again and again would take a tenth of the time,
# and would make the workers' copies of these pages of memory their own.
gc.collect()
gc.freeze()
