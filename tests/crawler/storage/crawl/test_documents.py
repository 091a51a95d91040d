"""What is known of each feed survives its failures, and so does what a home page named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.storage.crawl.documents import Document, Documents

if TYPE_CHECKING:
    from crawler.storage.database import Database

HOUR = timedelta(hours=1)
RSS = "https://wire.example/rss"


async def test_a_document_keeps_its_validators_through_failures(
    database: Database, now: datetime
) -> None:
    documents = Documents(database)
    document = Document(url=RSS, etag='"1"', last_modified="Mon", pace=HOUR, hub="https://hub")
    await documents.settled("wire", document, now=now)
    for failures in (1, 2):
        await documents.failed(
            "wire", RSS, "503", failures=failures, not_before=now + HOUR, now=now
        )
    known = await documents.get(RSS)
    assert (known.etag, known.pace, known.hub) == ('"1"', HOUR, "https://hub")
    assert (known.not_before, known.failures, known.error) == (now + HOUR, 2, "503")
    await documents.settled("wire", document, now=now)
    assert (await documents.get(RSS)).not_before is None


async def test_an_answer_ends_a_document_s_rest(database: Database, now: datetime) -> None:
    documents = Documents(database)
    await documents.failed("wire", RSS, "404", failures=3, not_before=now + HOUR, now=now)
    await documents.answered("wire", RSS)
    known = await documents.get(RSS)
    assert (known.not_before, known.failures, known.error) == (None, 0, "")


async def test_documents_on_hold_are_listed_with_the_reason(
    database: Database, now: datetime
) -> None:
    documents = Documents(database)
    await documents.failed("wire", RSS, "404", failures=2, not_before=now + 2 * HOUR, now=now)
    await documents.failed("wire", f"{RSS}/2", "503", failures=1, not_before=now + HOUR, now=now)
    await documents.failed("wire", f"{RSS}/3", "503", failures=1, not_before=now, now=now)
    await documents.failed("other", f"{RSS}/4", "503", failures=1, not_before=now + HOUR, now=now)
    held = await documents.held(["wire"], now=now)
    assert [(one.url, one.error, one.failures) for one in held] == [
        (f"{RSS}/2", "503", 1),
        (RSS, "404", 2),
    ]


async def test_a_home_page_s_feeds_are_remembered_until_it_names_others(
    database: Database, now: datetime
) -> None:
    documents = Documents(database)
    home = "https://wire.example/"
    await documents.settled("wire", Document(url=RSS, etag='"1"'), now=now)
    await documents.names("wire", home, [RSS, f"{RSS}/en"])
    assert [(one.url, one.etag) for one in await documents.found_on(home)] == [
        (RSS, '"1"'),
        (f"{RSS}/en", ""),
    ]
    await documents.names("wire", home, [f"{RSS}/en"])
    assert [one.url for one in await documents.found_on(home)] == [f"{RSS}/en"]
