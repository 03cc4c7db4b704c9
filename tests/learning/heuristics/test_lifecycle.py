from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.heuristics.lifecycle import (
    Tally,
    at_risk,
    decay_steps,
    demotion,
    deprecation,
    eviction_score,
    fade,
    golden_criteria,
)

NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "steps"),
    [(0, 0), (13.99, 0), (14, 1), (15, 1), (27.9, 1), (28, 2), (140, 10), (-3, 0)],
)
def test_steps_are_full_spans_of_idle_days(days: float, steps: int) -> None:
    assert decay_steps(NOW - timedelta(days=days), NOW) == steps


@pytest.mark.parametrize(
    ("c", "steps", "end", "taken"),
    [
        (0.8, 1, 0.736, 1),
        (0.8, 2, 0.67712, 2),
        (0.5, 100, 0.5 * 0.92**11, 11),
        (0.95, 100, 0.95 * 0.92**19, 19),
        (0.05, 3, 0.05, 1),
        (0.8, 0, 0.8, 0),
    ],
)
def test_fading_stops_where_a_rule_rests(c: float, steps: int, end: float, taken: int) -> None:
    value, count = fade(c, steps)
    assert (value, count) == (pytest.approx(end, abs=1e-12), taken)


def test_a_golden_rule_fades_on_but_never_below_the_floor() -> None:
    assert fade(0.9, 400, rests=False) == (0.05, 400)


@given(st.floats(0.05, 0.95), st.lists(st.integers(0, 6), max_size=8))
def test_many_looks_or_one_fade_the_same(c: float, looks: list[int]) -> None:
    value, left = c, 0
    for due in looks:
        left += due
        value, taken = fade(value, left)
        left -= taken
        if value < 0.20 and taken:  # it rests
            break
    once, _ = fade(c, sum(looks))
    assert value == once


@pytest.mark.parametrize(
    ("tally", "holds", "reason"),
    [
        ((7, 0, 3), False, "30.0%"),
        ((6, 0, 4), True, "40.0%"),
        ((5, 2, 4), True, "36.4%"),
        ((6, 0, 3), False, "Insufficient applications (9/10)"),
        ((7, 1, 2), False, "20.0%"),
        ((95, 5, 3), False, "2.9%"),
        ((0, 0, 0), False, "Insufficient applications (0/10)"),
        ((70, 0, 30), False, "30.0%"),
        ((69, 0, 31), True, "31.0%"),
    ],
)
def test_deprecation_by_rate(tally: tuple[int, int, int], holds: bool, reason: str) -> None:
    verdict = deprecation(Tally(*tally))
    assert verdict.holds is holds and reason in verdict.reason


def test_a_rule_may_ask_for_more_applications_and_never_for_none() -> None:
    assert not deprecation(Tally(6, 0, 4), least=20).holds
    assert not deprecation(Tally(0, 0, 0), least=0).holds


@pytest.mark.parametrize(
    ("tally", "risky"),
    [
        ((11, 0, 3), True),
        ((78, 0, 22), True),
        ((79, 0, 21), False),
        ((4, 0, 1), False),
        ((3, 0, 1), False),
        ((2, 0, 3), True),
    ],
)
def test_at_risk(tally: tuple[int, int, int], risky: bool) -> None:
    assert at_risk(Tally(*tally)) is risky


@pytest.mark.parametrize(("held", "score"), [(0, 0.25), (2, 0.35), (9, 0.425), (10, 0.5)])
def test_eviction_by_use(held: int, score: float) -> None:
    assert eviction_score(0.5, 0, held) == pytest.approx(score)


@pytest.mark.parametrize(
    ("days", "score"),
    [(7, 0.5), (8, 0.425), (15, 0.35), (31, 0.25), (61, 0.15), (91, 0.05), (None, 0.125)],
)
def test_eviction_by_age(days: float | None, score: float) -> None:
    assert eviction_score(0.5, days, 10) == pytest.approx(score)


@pytest.mark.parametrize(
    ("confidence", "held", "failed", "may"),
    [
        (0.90, 10, 0, True),
        (0.90, 10, 1, False),
        (0.90, 11, 1, True),
        (0.90, 21, 2, False),
        (0.90, 22, 2, True),
        (0.899, 50, 0, False),
        (0.95, 9, 0, False),
    ],
)
def test_golden_criteria(confidence: float, held: int, failed: int, may: bool) -> None:
    assert golden_criteria(confidence, Tally(held, failed)) is may


@pytest.mark.parametrize(
    ("confidence", "tally", "asks"),
    [
        (0.80, (10, 0, 0), False),
        (0.799, (10, 0, 0), True),
        (0.90, (6, 0, 4), True),
        (0.90, (7, 0, 3), False),
        (0.90, (5, 0, 4), False),
    ],
)
def test_what_speaks_against_a_golden_rule(
    confidence: float, tally: tuple[int, int, int], asks: bool
) -> None:
    assert bool(demotion(confidence, Tally(*tally))) is asks
