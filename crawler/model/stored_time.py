"""Datetime type of stored values: aware UTC when it is read, ISO 8601 with its offset as written.

Its schema is built where pydantic asks for it: extraction workers, which share the items, load no
pydantic.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC; a naive one is taken to be in UTC already."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


class _InUtc:
    """Pydantic annotation of a stored datetime."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema  # noqa: PLC0415 - not for every worker process

        return core_schema.no_info_after_validator_function(
            in_utc,
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(datetime.isoformat),
        )


StoredTime = Annotated[datetime, _InUtc()]
