"""What stands behind each port is what the port says: mypy holds this module, a test loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.utils.misc import load_object

from alerts.channel import followers
from alerts.delivery.delivery import Delivery
from alerts.feedback.feedback import Feedback
from crawler import ports, settings
from crawler.daemon.staff_queries import StaffQueries
from pipelines.cli.rules.staff_explain import why
from pipelines.extract import Extract, again
from pipelines.flag import refusal
from pipelines.workers.code_version import made_by

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from crawler.model.items import Extracted, Hints, Page
    from crawler.runtime.services import Services

# An assignment that mypy refuses says which promise is broken.
DELIVERY: ports.DeliveryFactory = Delivery
FEEDBACK: ports.FeedbackFactory = Feedback
EXTRACTION: ports.ExtractionFactory = Extract
QUERIES: Callable[..., ports.StaffQueriesPort] = StaffQueries
WHY: Callable[[Services, str], Awaitable[list[str]]] = why
FOLLOWERS: Callable[[Services], frozenset[str]] = followers
REFUSAL: Callable[[Services], str] = refusal
EXTRACT_AGAIN: Callable[[Services, Page, Hints], Awaitable[Extracted]] = again
EXTRACTION_VERSION: Callable[[], str] = made_by


def test_settings_name_what_stands_behind_each_port() -> None:
    named = {
        settings.WIREWATCH_DELIVERY: DELIVERY,
        settings.WIREWATCH_FEEDBACK: FEEDBACK,
        settings.WIREWATCH_EXTRACTION: EXTRACTION,
        settings.WIREWATCH_WHY: WHY,
        settings.WIREWATCH_FOLLOWERS: FOLLOWERS,
        settings.WIREWATCH_RULES_REFUSAL: REFUSAL,
        settings.WIREWATCH_EXTRACT_AGAIN: EXTRACT_AGAIN,
        settings.WIREWATCH_MADE_BY: EXTRACTION_VERSION,
    }
    assert all(load_object(name) is behind for name, behind in named.items())
