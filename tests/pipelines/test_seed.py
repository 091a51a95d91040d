"""The kind of article that must be flagged: from the page to the match, in one go."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from crawler.model.items import Hints
from pipelines.extraction.article import extract
from pipelines.flag import find
from pipelines.rules import RuleSet

SEEDS = sorted((Path(__file__).parents[3] / "shared" / "seed").glob("*.txt"))
HINTS = Hints(languages=("en", "ru"), timezone="Asia/Almaty", credits=("Kazinform", "Qazinform"))


@pytest.mark.skipif(not SEEDS, reason="no ../shared/seed beside this checkout")
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_the_seed_is_understood_and_flagged(seed: Path) -> None:
    paragraphs = seed.read_text(encoding="utf-8").strip().split("\n\n")
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    html = (
        "<html><head><title>CIS views counter-terrorism as one of the most important tasks</title>"
        f"</head><body><article><h1>CIS on counter-terrorism</h1>{body}</article></body></html>"
    )
    now = datetime(2026, 11, 23, tzinfo=UTC)
    article = extract(html.encode(), "https://wire.example/1", charset=None, hints=HINTS, now=now)
    assert article.published is not None
    assert article.published.at.date().isoformat() in {"2019-09-02", "2019-09-03"}
    assert article.published.stated.endswith("2019-09-03")
    assert (article.credit, article.dateline, article.language) == ("BelTA", "MINSK", "en")
    found = find(RuleSet.load(), article)
    assert [match.rule for match in found.matches] == ["ct_cooperation"]
    assert {"cis", "un", "unoct", "osce", "sco", "csto"} <= {entity.id for entity in found.entities}
