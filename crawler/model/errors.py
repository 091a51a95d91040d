"""What can go wrong, named by what the reader of the message should do about it."""

from __future__ import annotations


class Unusable(Exception):
    """The program cannot start, or a command cannot run, until somebody changes something.

    The message is the whole report: what is wrong, where, and what to do. No traceback follows.
    """
