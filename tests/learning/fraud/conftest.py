from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from game.players.models import User
from learning.fraud import chances
from learning.fraud.models import FraudReport
from learning.heuristics.models import ConfidenceUpdate, Heuristic

START = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that stands still until a test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def fresh_words() -> None:
    """No test sees the words of another's rules."""
    chances.renew()


@pytest.fixture
def steward() -> User:
    return User.objects.create_user("mira", role="steward")


@pytest.fixture
def member() -> User:
    return User.objects.create_user("priya")


@pytest.fixture
def a_rule() -> Callable[..., Heuristic]:
    """A rule with its counts: held, failed, contradicted."""

    def make(held: int = 0, failed: int = 0, contradicted: int = 0, **columns: Any) -> Heuristic:
        base: dict[str, Any] = {"domain": "git", "rule": "Never force push to main"}
        return Heuristic.objects.create(
            times_validated=held,
            times_violated=failed,
            times_contradicted=contradicted,
            **{**base, **columns},
        )

    return make


@pytest.fixture
def peers(a_rule: Callable[..., Heuristic]) -> Callable[..., list[Heuristic]]:
    """Rules of ten applications each, with the given numbers of held ones."""

    def make(*held: int, domain: str = "git") -> list[Heuristic]:
        return [a_rule(n, 10 - n, domain=domain) for n in held]

    return make


@pytest.fixture
def ledger() -> Callable[..., None]:
    """Writes updates of a rule, *minutes* apart, ending at START."""

    def write(rule: Heuristic, n: int, minutes: float = 61, **columns: Any) -> None:
        first = columns.pop("first", START - timedelta(minutes=minutes * n))
        step = columns.pop("step", 0.01)
        ConfidenceUpdate.objects.bulk_create(
            ConfidenceUpdate(
                heuristic=rule,
                created_at=first + timedelta(minutes=minutes * i),
                old_confidence=0.5 + step * i,
                new_confidence=0.5 + step * (i + 1),
                delta=step,
                **{"update_type": "success", **columns},
            )
            for i in range(n)
        )

    return write


@pytest.fixture
def suspect(
    a_rule: Callable[..., Heuristic],
    peers: Callable[..., list[Heuristic]],
    ledger: Callable[..., None],
) -> Heuristic:
    """A rule that two detectors fire for: success rate and clock."""
    peers(5, 6, 6, 7, 8)
    rule = a_rule(15, confidence=0.88, confidence_ema=0.88)
    ledger(rule, 8)
    return rule


@pytest.fixture
def a_report(a_rule: Callable[..., Heuristic]) -> Callable[..., FraudReport]:
    def make(score: float = 0.6, signals: int = 2, **columns: Any) -> FraudReport:
        base: dict[str, Any] = {
            "classification": "fraud_likely",
            "likelihood_ratio": 30.0,
            "created_at": START,
        }
        if "heuristic" not in columns:
            base["heuristic"] = a_rule(15, domain="elsewhere")
        return FraudReport.objects.create(
            fraud_score=score, signal_count=signals, **{**base, **columns}
        )

    return make
