"""Article look-up of the rules commands: from a file, or from the store by URL or number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.model.exceptions import Unusable
from crawler.model.items import Hints
from crawler.storage.database import Database, no_store_yet
from crawler.storage.stories.articles import find_by_story_or_url
from pipelines.cli.rules import match_stream
from pipelines.extraction.article import extract
from pipelines.extraction.metadata.language import find_language
from pipelines.extraction.not_an_article import NotAnArticle

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.storage.database import Connection

_HTML = frozenset({".html", ".htm", ".xhtml"})
_LONGEST_HEADLINE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleInput:
    """What the rules are asked of."""

    title: str
    text: str
    language: str
    source: str = ""
    credit: str = ""


def find(target: str, store: str, *, now: datetime) -> ArticleInput:
    """`target` is a file (text, HTML, or one JSON object), or the URL of a stored article or
    the number of its story. Raises `Unusable` where there is no such thing.
    """
    path = Path(target)
    if path.is_file():
        return _from_file(path, now)
    if "://" in target or target.isdecimal():
        return _from_store(target, store)
    raise Unusable(f"{target}: expected a file, the URL of a stored article, or a story's number")


def _from_file(path: Path, now: datetime) -> ArticleInput:
    content = path.read_bytes()
    if path.suffix.lower() in _HTML:
        return _from_page(path, content, now)
    if path.suffix.lower() in {".json", ".jsonl"}:
        try:
            line = match_stream.parse(content.strip().splitlines()[0] if content.strip() else b"")
        except match_stream.InvalidLine as error:
            raise Unusable(f"{path}: {error}") from None
        return ArticleInput(
            title=line.title, text=line.text, language=line.language, source=line.source
        )
    text = content.decode("utf-8", errors="replace").strip()
    title, _, rest = text.partition("\n")
    if not rest or len(title) > _LONGEST_HEADLINE or (rest[:1] not in "\n\r" and "." in title):
        title, rest = "", text
    return ArticleInput(
        title=title.strip(), text=rest.strip(), language=find_language(text, "", ())
    )


def _from_page(path: Path, content: bytes, now: datetime) -> ArticleInput:
    try:
        page = extract(content, path.absolute().as_uri(), charset=None, hints=Hints(), now=now)
    except NotAnArticle as refusal:
        raise Unusable(f"{path}: no article: {refusal.reason}; {refusal.detail}") from None
    return ArticleInput(
        title=page.title, text=page.text, language=page.language, credit=page.credit
    )


def _from_store(target: str, url: str) -> ArticleInput:
    database = Database(url)
    try:
        if not database.is_there:
            raise Unusable(no_store_yet(database))
        return database.read_now(lambda connection: stored(connection, target))
    finally:
        database.close()


def stored(connection: Connection, target: str) -> ArticleInput:
    """The stored article of this URL, or of this story. Raises `Unusable` where there is none."""
    held = find_by_story_or_url(connection, target)
    if held is None:
        raise Unusable(
            f"{target} is not in the store; save the page and name the file, or `wirewatch crawl` "
            "its source"
        )
    return ArticleInput(
        title=held["title"],
        text=held["text"],
        language=held["language"] or "",
        source=held["source"],
        credit=held["credit"] or "",
    )
