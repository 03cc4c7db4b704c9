from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learning.domains.limits import (
    Candidate,
    Census,
    can_add,
    days_over,
    duty,
    eligibility,
    health,
    recency,
    state_for,
    status_of,
)
from learning.domains.models import DomainMetadata

GOOD = Candidate(0.80, 5, 0.8)


@pytest.mark.parametrize(
    ("count", "state"),
    [(0, "normal"), (4, "normal"), (5, "normal"), (6, "overflow"), (10, "overflow"),
     (11, "critical")],
)  # fmt: skip
def test_a_state_follows_from_the_count(count: int, state: str) -> None:  # E1
    assert state_for(count, 5, 10) == state


@pytest.mark.parametrize(
    ("count", "override", "fits"),
    [(9, None, True), (10, None, False), (10, 15, True), (15, 15, False)],
)
def test_room_is_up_to_the_override(count: int, override: int | None, fits: bool) -> None:  # E4
    room = can_add(count, DomainMetadata(ceo_override_limit=override))
    assert room.fits is fits
    if not fits:
        assert room.reason == f"Hard limit reached ({count} active heuristics)"


@pytest.mark.parametrize(
    ("candidate", "health", "eligible", "reason"),
    [
        (GOOD, None, True, "Quality gate passed: all criteria met"),  # E8
        (Candidate(0.70, 3, 1.0), 0.5, True, "Quality gate passed: all criteria met"),
        (Candidate(0.69, 3, 1.0), None, False, "Quality gate failed: confidence 0.69 < 0.70"),
        (Candidate(0.9, 2, 1.0), None, False, "Quality gate failed: validations 2 < 3"),
        (Candidate(0.9, 5, 0.0), None, False, "Quality gate failed: novelty 0.00 < 0.60"),
        (GOOD, 0.49, False, "Quality gate failed: health 0.49 < 0.50"),  # E11
        (GOOD, 0.0, False, "Quality gate failed: health 0.00 < 0.50"),  # E11
        (Candidate(0.40, 1, 1.0), None, False,
         "Quality gate failed: confidence 0.40 < 0.70, validations 1 < 3"),
    ],
)  # fmt: skip
def test_growth_beyond_the_soft_limit_is_earned(
    candidate: Candidate, health: float | None, eligible: bool, reason: str
) -> None:
    found = eligibility(5, DomainMetadata(), candidate, health)
    assert (found.eligible, found.quality_gate_passed, found.reason) == (eligible, eligible, reason)
    assert not found.below_soft_limit


def test_below_the_soft_limit_everything_may_come(  # E10
) -> None:
    found = eligibility(4, DomainMetadata(), Candidate(0.1, 0, 0.0), 0.0)
    assert found[:3] == (True, True, False)


@pytest.mark.parametrize(
    ("count", "day", "target", "code"),
    [
        (5, 40, 0, "normal"),
        (8, 0, 0, "grace"), (8, 6, 0, "grace"),
        (8, 7, 0, "early"), (8, 10, 0, "early"),  # E13
        (8, 11, 1, ""), (8, 13, 1, ""), (8, 14, 2, ""), (8, 17, 2, ""),  # E14
        (8, 18, 3, ""), (8, 21, 3, ""), (8, 28, 3, ""), (8, 40, 3, ""),
        (11, 14, 2, ""), (11, 21, 4, ""),  # E16
        (40, 27, 5, ""), (40, 28, 35, ""),  # E22
    ],
)  # fmt: skip
def test_how_many_go_on_which_day(count: int, day: int, target: int, code: str) -> None:
    due = duty(count, day, DomainMetadata())
    assert (due.target, due.code) == (target, code)
    assert 0 <= due.pressure <= 1 and target <= max(0, count - 5)


@pytest.mark.parametrize(
    ("day", "given", "target"), [(11, 1, 0), (14, 1, 1), (14, 2, 0), (18, 2, 1), (28, 9, 2)]
)
def test_what_went_already_is_counted(day: int, given: int, target: int) -> None:
    assert duty(7, day, DomainMetadata(), given).target == target


def test_a_refusal_says_which_day_it_is() -> None:
    assert duty(8, 6, DomainMetadata()).refused == "In grace period (6/7 days)"
    assert duty(8, 10, DomainMetadata()).refused == "Not enough time elapsed for contraction"
    assert "'normal' state" in duty(5, 10, DomainMetadata()).refused


def test_a_word_for_people() -> None:
    row = DomainMetadata()
    cases = [(3, 0, "has room"), (4, 0, "near its limit"), (6, 2, "in grace"),
             (6, 8, "contraction begins soon"), (8, 14, "contraction is due"),
             (8, 28, "time is up"), (11, 0, "critical")]  # fmt: skip
    for count, day, word in cases:
        assert status_of(count, row, duty(count, day, row)) == word


def test_days_are_whole() -> None:
    now = datetime(2026, 1, 8, 9, tzinfo=UTC)
    assert days_over(now - timedelta(days=7), now) == 7
    assert days_over(now - timedelta(days=7) + timedelta(seconds=1), now) == 6
    assert days_over(None, now) == days_over(now + timedelta(days=1), now) == 0


def test_health_is_the_documented_sum() -> None:  # E23
    found = health(Census(0.7, 5, 0, 8, 3), 5)
    assert found is not None and found.score == pytest.approx(0.7283, abs=5e-5)
    assert found.score == pytest.approx(sum(part * weight for _, part, weight in found.parts()))
    assert health(Census(0.0, 0, 0, 0, None), 5) is None
    worst = health(Census(0.0, 9, 9, 9, 400), 5)
    assert worst is not None and worst.score == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("days", "share"),
    [(0, 1.0), (7, 1.0), (7.1, 0.8), (30, 0.8), (31, 0.5), (90, 0.5), (91, 0.2), (None, 0.2)],
)
def test_recent_use(days: float | None, share: float) -> None:
    assert recency(days) == share
