from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from game.players.models import User
from learning.domains.models import DomainMetadata
from learning.domains.services import count_domain
from learning.heuristics.models import Heuristic
from tests.learning.heuristics.conftest import START

DISTINCT = (
    "Never force push shared branches", "Review migrations twice", "Pin dependency versions",
    "Rotate secrets quarterly", "Cache expensive lookups", "Validate webhook signatures",
    "Prefer idempotent handlers", "Document public interfaces", "Measure before tuning",
    "Quote shell arguments", "Close database cursors", "Name boolean flags positively",
    "Freeze clocks during tests", "Compress large uploads",
)  # fmt: skip


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that stands still until a test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def rules() -> Callable[..., list[Heuristic]]:
    """Makes *n* active rules of domain git that share no word, the first worth least."""

    def make(n: int, **columns: Any) -> list[Heuristic]:
        return [
            Heuristic.objects.create(
                domain="git",
                rule=DISTINCT[i],
                confidence=0.3 + i / 40,
                confidence_ema=0.3 + i / 40,
                times_validated=10,
                last_used_at=START,
                created_at=START - timedelta(days=60),
                **columns,
            )
            for i in range(n)
        ]

    return make


@pytest.fixture
def full(rules: Callable[..., list[Heuristic]]) -> Callable[..., DomainMetadata]:
    """Domain git with *n* rules, above its soft limit for *days* days."""

    def make(n: int, days: int, **columns: Any) -> DomainMetadata:
        rules(n, **columns)
        return count_domain(actor="test", domain="git", at=START - timedelta(days=days))

    return make


@pytest.fixture
def steward() -> User:
    return User.objects.create_user("mira", role="steward")


@pytest.fixture
def member() -> User:
    return User.objects.create_user("priya")
