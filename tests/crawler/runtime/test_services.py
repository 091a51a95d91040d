"""Services are built once, and anew where the configuration that they are made of is another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.config.config import Config
from crawler.config.models import AlertsConfig, RulesConfig
from crawler.runtime.services import Services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Made:
    """Something that takes note of its end."""

    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


def _build(_: Services) -> Made:
    return Made()


@pytest.fixture
def services() -> Iterator[Services]:
    services = Services(Config())
    yield services
    services.close()


def _with_rules(folder: Path) -> Config:
    return Config(rules=RulesConfig(folders=[folder]))


def test_the_first_asker_has_it_built_and_the_others_get_the_same(services: Services) -> None:
    made = services.once(_build)
    assert services.once(_build) is made
    services.close()
    assert made.is_closed


def test_a_successor_shares_what_its_configuration_leaves_as_it_is(
    services: Services, tmp_path: Path
) -> None:
    made = services.once(_build, "rules")
    same = services.successor(Config(alerts=AlertsConfig(timezone="Asia/Almaty")), None)
    assert same.once(_build, "rules") is made
    assert services.successor(_with_rules(tmp_path), None).once(_build, "rules") is not made


def test_a_successor_that_is_not_adopted_changes_nothing(
    services: Services, tmp_path: Path
) -> None:
    made = services.once(_build, "rules")
    services.successor(_with_rules(tmp_path), None).once(_build, "rules")
    assert services.once(_build, "rules") is made
    assert services.config.rules.folders == []


def test_what_a_successor_built_is_in_use_once_it_is_adopted(
    services: Services, tmp_path: Path
) -> None:
    services.once(_build, "rules")
    successor = services.successor(_with_rules(tmp_path), None)
    made = successor.once(_build, "rules")
    meanwhile = services.once(lambda _: Made())
    services.adopt(successor)
    assert services.config.rules.folders == [tmp_path]
    assert services.once(_build, "rules") is made
    services.close()
    assert (made.is_closed, meanwhile.is_closed) == (True, True)
