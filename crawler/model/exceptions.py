"""Exceptions whose message is the whole report to the operator; nothing here imports Scrapy.

Worker processes load this module: what Scrapy drops is in `dropped_items`.
"""

from __future__ import annotations


class Unusable(Exception):
    """Operator error: nothing starts or runs until somebody changes something.

    The message is the whole report: what is wrong, where, and what to do. No traceback follows.
    """
