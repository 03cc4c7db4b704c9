from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from game.players.models import User
from learning.heuristics.models import Heuristic

START = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that stands still until a test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def a_rule() -> Callable[..., Heuristic]:
    """Makes a rule of ours that was just used; ``c`` is confidence and average."""

    def make(c: float = 0.5, **columns: Any) -> Heuristic:
        days = columns.pop("days", 0)
        base: dict[str, Any] = {
            "domain": "git",
            "rule": "Never force push to main",
            "confidence": c,
            "confidence_ema": c,
            "last_used_at": START - timedelta(days=days),
            "created_at": START - timedelta(days=400),
        }
        return Heuristic.objects.create(**{**base, **columns})

    return make


@pytest.fixture
def steward() -> User:
    return User.objects.create_user("mira", role="steward")


@pytest.fixture
def other_steward() -> User:
    return User.objects.create_user("jonas", role="steward")


@pytest.fixture
def member() -> User:
    return User.objects.create_user("priya")
