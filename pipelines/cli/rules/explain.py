"""Explanation of rules on an article: why each fires or does not, with the words in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipelines.rules.explanation import as_written, evidence
from pipelines.rules.query.article_view import Facts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipelines.cli.rules.find_article import ArticleInput
    from pipelines.rules import RuleSet
    from pipelines.rules.query.base import Matched
    from pipelines.rules.rule import Rule, ScoredClue, Verdict
    from pipelines.rules.sightings import Sightings

_NEAR_MISSES = 5  # rules shown that did not fire
_QUOTED = 6  # terms of one clue
NOTHING_NEAR = "No rule comes near: what they require is nowhere in the article."


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResults:
    """What the rules made of an article: those that fire, and the nearest of those that do not."""

    sightings: Sightings
    fired: list[tuple[Rule, Verdict]]
    close: list[tuple[Rule, Verdict]]


def evaluate_rules(rule_set: RuleSet, article: ArticleInput) -> RuleResults:
    """Hold every rule that comes near against the article, the strongest first."""
    facts = Facts(language=article.language, source=article.source, credit=article.credit)
    sightings = rule_set.search(article.title, article.text, facts)
    weighed = [
        (rule, rule.evaluate(sightings))
        for rule in rule_set.rules
        if rule.covers_language(article.language) and rule.comes_near(sightings.present)
    ]
    weighed.sort(key=lambda pair: -pair[1].score / pair[0].file.threshold)
    fired = [pair for pair in weighed if _fires(*pair)]
    close = [pair for pair in weighed if not _fires(*pair)][:_NEAR_MISSES]
    return RuleResults(sightings=sightings, fired=fired, close=close)


def explain(rule_set: RuleSet, article: ArticleInput) -> RenderableType:
    """The article with what counted in bold, the entities it names, and a receipt for each rule
    that fires or comes near.
    """
    weighed = evaluate_rules(rule_set, article)
    sightings, shown_rules = weighed.sightings, [*weighed.fired, *weighed.close]
    counted = [one for _, verdict in weighed.fired or weighed.close for one in verdict.counted]
    shown: list[RenderableType] = [*_article(sightings, counted), _names(sightings)]
    shown += [_receipt(rule, verdict, sightings) for rule, verdict in shown_rules]
    if not shown_rules:
        shown.append(Text(NOTHING_NEAR))
    return Group(*shown)


def in_short(rule_set: RuleSet, article: ArticleInput) -> list[str]:
    """The same in lines of plain text: the headline, then a rule each and what counted for it."""
    weighed = evaluate_rules(rule_set, article)
    lines = [article.title]
    for rule, verdict in [*weighed.fired, *weighed.close]:
        counted = (_clue(one, weighed.sightings) for one in verdict.counted)
        vetoes = (f"veto {written}" for written, _ in verdict.vetoes)
        lines.append("; ".join([_outcome(rule, verdict), *counted, *vetoes]))
    return lines if len(lines) > 1 else [*lines, NOTHING_NEAR]


def _clue(one: ScoredClue, sightings: Sightings) -> str:
    return f"{one.points:+g} {one.clue.name}: {_quoted(one.places[0].met, sightings)}"


def _fires(rule: Rule, verdict: Verdict) -> bool:
    return verdict.holds and verdict.score >= rule.file.threshold and not verdict.vetoes


def _article(sightings: Sightings, counted: list[ScoredClue]) -> list[Text]:
    pieces = [(one.points, one.places) for one in counted]
    spans = list(evidence(pieces, sightings.fields)) if pieces else []
    shown = []
    for field in sightings.fields:
        text = Text(field.text, style="bold" if field.part == "title" else "")
        for span in spans:
            if span.part == field.part:
                text.stylize("bold black on yellow", span.start, span.end)
        shown += [text, Text()]
    return shown


def _names(sightings: Sightings) -> Text:
    names = ", ".join(f"{one.entity.name} (@{one.entity.id})" for one in sightings.named.values())
    language = sightings.facts.language or "not known"
    return Text(f"Language: {language}\nEntities: {names or 'none'}\n")


def _receipt(rule: Rule, verdict: Verdict, sightings: Sightings) -> Table:
    table = Table(
        title=_title(rule, verdict), title_justify="left", show_edge=False, pad_edge=False
    )
    for name in ("points", "clue", "where", "met by"):
        table.add_column(name, justify="right" if name == "points" else "left", overflow="fold")
    held = {one.clue: one for one in verdict.counted}
    for clue in rule.clues:
        one = held.get(clue)
        if one is None:
            table.add_row("–", Text(clue.name), "", f"would add {clue.weight:g}", style="dim")
            continue
        times = f" ({clue.weight:g} × {len(one.places)})" if len(one.places) > 1 else ""
        words = "; ".join(_quoted(place.met, sightings) for place in one.places)
        row = (f"{one.points:+g}{times}", Text(clue.name), one.places[0].where, Text(words))
        table.add_row(*row)
    for written, met in verdict.vetoes:
        table.add_row("veto", Text(written), "", Text(_quoted(met, sightings)), style="red")
    return table


def _title(rule: Rule, verdict: Verdict) -> Text:
    style = "green" if _fires(rule, verdict) else "dim"
    if verdict.holds and verdict.score < rule.file.threshold:
        style = "yellow"
    elif verdict.holds and verdict.vetoes:
        style = "red"
    return Text(f"\n{_outcome(rule, verdict)}", style=style)


def _outcome(rule: Rule, verdict: Verdict) -> str:
    score, threshold = verdict.score, rule.file.threshold
    if not verdict.holds:
        outcome = "does not fire: its query does not hold"
    elif score < threshold:
        outcome = f"does not fire: {threshold - score:g} points are missing"
    elif verdict.vetoes:
        outcome = "does not fire: a veto holds"
    else:
        outcome = "fires"
    return f"{rule.id} {outcome} (score {score:g}, threshold {threshold:g})"


def _quoted(met: Matched, sightings: Sightings) -> str:
    words = dict.fromkeys(as_written(one, sightings.fields) for one in met)
    return " + ".join(f"“{word}”" for word in list(words)[:_QUOTED]) or "what is not there"
