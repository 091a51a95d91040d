"""Follow-up of a story that alerted: edit its message, and tell its thread what happened.

A reprint, a revision or a related story is news for those who read the first message. The channel
itself is told again only of the first independent outlet, of a severity that rose, and of a
correction. Independent is a linked report of another site in its own words; copied text is not.
Everything is written in the article's own transaction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.config.routes import SEVERITIES
from crawler.model.alert import REPLY, Alert
from crawler.model.items import Relation
from crawler.model.story_status import EventKind, Outlet, StoryEvent, StoryStatus
from crawler.model.urls import site
from crawler.storage.alerts import follow_ups
from pipelines.follow_up.content_diff import sentences
from pipelines.follow_up.corrections import corrects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from crawler.config.source import Source
    from crawler.model.items import Article
    from crawler.storage.database import Connection, RowMapping
    from crawler.storage.stories.articles import StoredArticle

    Declared = Callable[[str], Source]

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W_]+")
_PARTIES = 2  # that a related article shares with the alert, where it names so many
_SENTENCES = 5  # of a difference; the page itself is one click away
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Step:
    """A turn of one story, told by the article that brought it about; `id` is it in the kind."""

    story_id: int
    id: str
    turn: StoryEvent


class FollowUps:
    """`channels` gives the names of those that can follow a story."""

    def __init__(self, declared: Declared, channels: Callable[[], Collection[str]]) -> None:
        self._declared = declared
        self._channels = channels

    def enqueue(
        self, connection: Connection, item: Article, stored: StoredArticle, now: datetime
    ) -> int:
        """Say in every channel that was told of the story what the article makes of it."""
        said = 0
        for step in _steps(connection, item, stored):
            for first, alert in follow_ups.told(connection, step.story_id, self._channels()):
                said += self._restate(connection, item, step, first, alert, now)
                # What a message was written of is no news to its thread; nor is a related story
                # that a rule matched, for it has a message of its own, or one of other parties or
                # another act, by which nobody gains. The parent counts it.
                written_of = stored.first_hit and first["tries"] == 0
                is_related = step.turn.what is EventKind.RELATED
                no_news = is_related and (item.matches or not _same_act(alert, item))
                if not (written_of or no_news):
                    said += self._reply(connection, item, step, first, alert, now)
        return said

    def _restate(
        self,
        connection: Connection,
        item: Article,
        step: Step,
        first: RowMapping,
        told: Alert,
        now: datetime,
    ) -> bool:
        known = {outlet.site: outlet.name for outlet in told.standing.outlets}
        known |= {site(told.url): told.source_title, site(item.page.url): self._title(item)}
        if item.page.url == told.url and step.turn.what is EventKind.REVISION:
            told = _retold(told, item)
        elif step.turn.what is EventKind.REPRINT and self._is_original(told, item):
            source = self._declared(item.page.source)
            told = _yielded(told, item, title=self._title(item), country=source.country)
        told = self._with_own_words(told, item, step)
        standing = _standing(connection, step.story_id, told, known)
        payload = replace(told, standing=standing).to_json()
        return follow_ups.restate(connection, first, payload, now=now)

    def _reply(
        self,
        connection: Connection,
        item: Article,
        step: Step,
        first: RowMapping,
        told: Alert,
        now: datetime,
    ) -> bool:
        reply = Alert.of(
            replace(item, matches=(), entities=()),
            story_id=step.story_id,
            kind=f"{REPLY}-{step.id}",
            source_title=self._title(item),
            country=self._declared(item.page.source).country,
        )
        turn = replace(step.turn, independent=self._is_independent(told, item, step))
        turn = replace(turn, again=_why_again(told, turn, item))
        said = replace(reply, turn=turn)
        return follow_ups.reply(connection, first, said, now=now)

    def _is_independent(self, told: Alert, item: Article, step: Step) -> bool:
        """A report in its outlet's own words, of the same act. Copied text never is."""
        return (
            step.turn.what is EventKind.RELATED
            and is_independent(told, item.page.url, item.page.source, item.content.credit)
            and _same_act(told, item)
        )

    def _with_own_words(self, told: Alert, item: Article, step: Step) -> Alert:
        """The alert, with the outlet of a linked report that is independent."""
        place = site(item.page.url)
        held = told.standing.outlets
        if not self._is_independent(told, item, step) or any(one.site == place for one in held):
            return told
        outlet = Outlet(site=place, name=self._title(item), independent=True)
        return replace(told, standing=replace(told.standing, outlets=(*held, outlet)))

    def _is_original(self, told: Alert, item: Article) -> bool:
        """Is the article that of the agency which the told one, a reprint, credits?"""
        if not told.credit or site(item.page.url) == site(told.url):
            return False
        source = self._declared(item.page.source)
        names = (*source.credits, self._title(item), item.page.source)
        theirs = item.content.credit
        if theirs and not any(_alike(theirs, name) for name in (told.credit, *names)):
            return False
        return any(_alike(name, told.credit) for name in names)

    def _title(self, item: Article) -> str:
        return self._declared(item.page.source).title or item.page.source


def _steps(connection: Connection, item: Article, stored: StoredArticle) -> Iterator[Step]:
    membership = item.membership
    if membership is None or not stored.changed:
        return
    number = stored.article_id
    earlier = follow_ups.before(connection, number) if stored.revised else None
    if earlier is not None:
        turn = difference(earlier, item)
        yield Step(stored.story_id, f"{number}-{earlier['version'] + 1}", turn)
        return
    if membership.relation is Relation.REPRINT:
        yield Step(stored.story_id, f"{number}", StoryEvent(what=EventKind.REPRINT))
    elif membership.relation is Relation.REVISION and membership.of is not None:
        other = follow_ups.said_by(connection, membership.of)
        if other is not None:
            yield Step(stored.story_id, f"{number}", difference(other, item))
    elif membership.relation is Relation.NEW:
        for one in membership.related:
            yield Step(one.story_id, f"{number}", StoryEvent(what=EventKind.RELATED))


def difference(earlier: RowMapping, item: Article) -> StoryEvent:
    """What a revision changed: whole sentences, and the numbers that came and went."""
    content = item.content
    was, now = sentences(earlier["text"]), sentences(content.text)
    removed, added = _without(was, now), _without(now, was)
    figures_were, figures_are = _figures(removed), _figures(added)
    return StoryEvent(
        what=EventKind.REVISION,
        earlier_title=earlier["title"] if earlier["title"] != content.title else "",
        added=tuple(one[:_LONGEST] for one in added[:_SENTENCES]),
        removed=tuple(one[:_LONGEST] for one in removed[:_SENTENCES]),
        figures_added=_without(figures_are, figures_were)[:_SENTENCES],
        figures_removed=_without(figures_were, figures_are)[:_SENTENCES],
    )


def _why_again(told: Alert, turn: StoryEvent, item: Article) -> str:
    """Why this turn is for everybody in the channel; `told` is the story as it was until now."""
    if turn.independent and not told.standing.independent:  # those that follow are counted
        return "an independent outlet"
    if turn.what is EventKind.RELATED:  # where it is worth more, it has an alert of its own
        return ""
    now = max((match.severity for match in item.matches), key=_rank, default="")
    if now and _rank(now) > _rank(told.severity):
        return f"severity is {now} now"
    if turn.what is EventKind.REVISION and corrects(item.content.title, item.content.text):
        return "a correction"
    return ""


def _same_act(told: Alert, item: Article) -> bool:
    """Whether an article is about what the alert tells: its parties, and its rule's own words."""
    parties = {one.id for one in told.entities}
    if len(parties & {one.id for one in item.entities}) < min(_PARTIES, len(parties)):
        return False
    names = {one.name.casefold() for one in told.entities}
    terms = {one.term.casefold() for match in told.matches for one in match.evidence} - names
    said = f"{item.content.title}\n{item.content.text}".casefold()
    return any(term in said for term in terms)


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else SEVERITIES.index("normal")


def _without(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    left_out = set(those)
    return tuple(one for one in these if one not in left_out)


def _figures(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for said in sentences for found in _FIGURE.findall(said)))


def _retold(told: Alert, item: Article) -> Alert:
    """The first message after its own page was changed; what made it an alert stays."""
    content = item.content
    return replace(
        told,
        standing=replace(told.standing, withdrawn=""),
        title=content.title,
        lead=content.lead,
        credit=content.credit,
        matches=item.matches or told.matches,
        entities=item.entities or told.entities,
    )


def _yielded(told: Alert, item: Article, *, title: str, country: str) -> Alert:
    """The first message, about the original in place of the reprint that came before it."""
    content, page = item.content, item.page
    return replace(
        _retold(told, item),
        source_name=page.source,
        source_title=title,
        country=country or told.country,
        url=page.url,
        published=content.published or told.published,
        language=content.language or told.language,
        lead_only=page.lead_only,
    )


def _standing(
    connection: Connection, story_id: int, told: Alert, known: dict[str, str]
) -> StoryStatus:
    outlets: dict[str, Outlet] = {}
    revised = 0
    for carrier in follow_ups.carriers(connection, story_id):
        revised += carrier["version"] - 1 + (carrier["relation"] == Relation.REVISION)
        place = site(carrier["link"])
        if place == site(told.url):
            continue
        # They carry its text: whatever they credit, they found nothing out for themselves.
        outlets[place] = Outlet(
            site=place, name=known.get(place) or carrier["source"] or place, independent=False
        )
    for outlet in told.standing.outlets:  # those that told it in their own words
        if outlet.independent and outlet.site != site(told.url):
            outlets.setdefault(outlet.site, outlet)
    return StoryStatus(
        outlets=tuple(outlets.values()),
        revised=revised,
        related=follow_ups.linked(connection, story_id),
        withdrawn=told.standing.withdrawn,
    )


def is_independent(told: Alert, url: str, source: str, credit: str) -> bool:
    """Another site than that of `told`, and no credit to the agency that it is from: of a report
    in its own words that tells whether somebody else found it out.

    The agency is the credit of the told article, else its outlet. A text without a credit is taken
    for its outlet's own.
    """
    if site(url) == site(told.url):
        return False
    agencies = [told.credit] if told.credit else [told.source_title, told.source_name]
    return not any(_alike(credit or source, agency) for agency in agencies)


def _alike(one: str, other: str) -> bool:
    """Two spellings of one agency: "TASS", "/TASS/", "TASS news agency"."""
    first, second = (_WORD.findall(name.casefold()) for name in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return bool(shorter) and set(shorter) <= set(longer)
