"""The page and the dashboard name the metrics that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.runtime.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parents[3] / "docs"
_BEHIND = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}


def _families() -> Iterator[tuple[str, str]]:
    for family in Metrics().registry.collect():
        yield family.name + ("_total" if family.type == "counter" else ""), family.type


def _samples() -> Iterator[str]:
    for family in Metrics().registry.collect():
        yield from (family.name + end for end in _BEHIND.get(family.type, ("",)))


def test_the_page_lists_every_metric_and_no_other() -> None:
    page = (DOCS / "metrics.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(_families())


def test_the_page_lists_every_label() -> None:
    page = (DOCS / "metrics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(wirewatch_\w+)` \| \w+ \| ([^|]+) \|", page, re.MULTILINE)
    listed = {name.removesuffix("_total"): re.findall(r"`(\w+)`", labels) for name, labels in rows}
    metrics = Metrics()
    used = {
        name: list(collector._labelnames)
        for collector, names in metrics.registry._collector_to_names.items()
        if (name := names[0]).startswith("wirewatch_") and hasattr(collector, "_labelnames")
    }
    assert listed == used


def test_the_dashboard_asks_only_for_metrics_that_exist() -> None:
    board: dict[str, Any] = json.loads((DOCS / "grafana" / "wirewatch.json").read_text("utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    asked += [one["definition"] for one in board["templating"]["list"] if "definition" in one]
    named = {name for one in asked for name in re.findall(r"\b(?:wirewatch|process)_\w+", one)}
    assert named
    assert named <= set(_samples())


def test_every_panel_of_the_dashboard_has_its_own_place() -> None:
    board: dict[str, Any] = json.loads((DOCS / "grafana" / "wirewatch.json").read_text("utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
