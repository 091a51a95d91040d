"""A mistyped name is answered with the one that was meant, or with nothing."""

from __future__ import annotations

import pytest

from crawler.model.formatting import suggest


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("severety", "severity"), ("tite", "title"), ("zzz", ""), ("", "")],
)
def test_the_known_name_most_like_a_wrong_one_is_suggested(wrong: str, meant: str) -> None:
    assert suggest(wrong, iter(("severity", "title", "topics"))) == meant


def test_nothing_is_suggested_where_nothing_is_known() -> None:
    assert suggest("title", ()) == ""
