"""What counts as a change of a page, and what only counts."""

from __future__ import annotations

import pytest

from pipelines.follow_up.content_diff import sentences


@pytest.mark.parametrize(
    "line",
    ["1,204 views", "Просмотров: 532", "Updated at 12:45", "532", "12:45 / 24.11.2026", "\u00a0"],
)
def test_a_line_that_only_counts_says_nothing(line: str) -> None:
    assert sentences(f"The services met.\n{line}\nThey agreed.") == (
        "The services met.",
        "They agreed.",
    )


@pytest.mark.parametrize(
    "line", ["Arrested: 12", "45 killed", "12 members shared their views on it.", "Comments"]
)
def test_a_line_that_tells_something_is_kept(line: str) -> None:
    assert line in sentences(f"The services met.\n{line}\nThey agreed.")
