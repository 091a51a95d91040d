"""What is known of each feed survives its failures, and so does what a home page named."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from crawler.storage.crawl import documents
from crawler.storage.crawl.documents import Document

if TYPE_CHECKING:
    from crawler.storage.database import Database

HOUR = timedelta(hours=1)
RSS = "https://wire.example/rss"


async def test_a_document_keeps_its_validators_through_failures(
    database: Database, now: datetime
) -> None:
    document = Document(url=RSS, etag='"1"', last_modified="Mon", pace=HOUR, hub="https://hub")
    await database.write(
        lambda connection: documents.save_document(connection, "wire", document, now=now)
    )
    for failures in (1, 2):
        await database.write(
            partial(
                documents.record_failure,
                source="wire",
                url=RSS,
                error="503",
                failures=failures,
                not_before=now + HOUR,
                now=now,
            )
        )
    known = await database.read(lambda connection: documents.get_document(connection, RSS))
    assert (known.etag, known.pace, known.hub) == ('"1"', HOUR, "https://hub")
    assert (known.not_before, known.failures, known.error) == (now + HOUR, 2, "503")
    await database.write(
        lambda connection: documents.save_document(connection, "wire", document, now=now)
    )
    assert (
        await database.read(lambda connection: documents.get_document(connection, RSS))
    ).not_before is None


async def test_an_answer_ends_a_document_s_rest(database: Database, now: datetime) -> None:
    await database.write(
        lambda connection: documents.record_failure(
            connection, "wire", RSS, "404", failures=3, not_before=now + HOUR, now=now
        )
    )
    await database.write(lambda connection: documents.clear_failures(connection, "wire", RSS))
    known = await database.read(lambda connection: documents.get_document(connection, RSS))
    assert (known.not_before, known.failures, known.error) == (None, 0, "")


async def test_documents_on_hold_are_listed_with_the_reason(
    database: Database, now: datetime
) -> None:
    await database.write(
        lambda connection: documents.record_failure(
            connection, "wire", RSS, "404", failures=2, not_before=now + 2 * HOUR, now=now
        )
    )
    await database.write(
        lambda connection: documents.record_failure(
            connection, "wire", f"{RSS}/2", "503", failures=1, not_before=now + HOUR, now=now
        )
    )
    await database.write(
        lambda connection: documents.record_failure(
            connection, "wire", f"{RSS}/3", "503", failures=1, not_before=now, now=now
        )
    )
    await database.write(
        lambda connection: documents.record_failure(
            connection, "other", f"{RSS}/4", "503", failures=1, not_before=now + HOUR, now=now
        )
    )
    held = await database.read(
        lambda connection: documents.paused_documents(connection, ["wire"], now=now)
    )
    assert [(one.url, one.error, one.failures) for one in held] == [
        (f"{RSS}/2", "503", 1),
        (RSS, "404", 2),
    ]


async def test_a_home_page_s_feeds_are_remembered_until_it_names_others(
    database: Database, now: datetime
) -> None:
    home = "https://wire.example/"
    await database.write(
        lambda connection: documents.save_document(
            connection, "wire", Document(url=RSS, etag='"1"'), now=now
        )
    )
    await database.write(
        lambda connection: documents.set_found_on(connection, "wire", home, [RSS, f"{RSS}/en"])
    )
    assert [
        (one.url, one.etag)
        for one in await database.read(lambda connection: documents.found_on(connection, home))
    ] == [
        (RSS, '"1"'),
        (f"{RSS}/en", ""),
    ]
    await database.write(
        lambda connection: documents.set_found_on(connection, "wire", home, [f"{RSS}/en"])
    )
    assert [
        one.url
        for one in await database.read(lambda connection: documents.found_on(connection, home))
    ] == [f"{RSS}/en"]
