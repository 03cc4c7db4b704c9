from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from game.arena.models import Manifest
from game.players.models import User
from tests.game.arena.flying import freeze
from tests.game.players.people import make_person

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that stands still until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mira(db: None) -> User:
    return make_person("mira")


@pytest.fixture
def stan(db: None) -> User:
    return make_person("stan", "steward")


@pytest.fixture
def field(clock: time_machine.Traveller, db: None) -> Manifest:
    """The field of the day on which the clock stands."""
    return freeze()
