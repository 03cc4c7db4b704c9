from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.trails import decay


@pytest.mark.parametrize(
    ("strength", "periods", "left"),
    [
        (1.0, 1, 0.9),
        (0.5, 1, 0.45),
        (1.0, 0, 1.0),
        (0.0111, 1, 0),  # .00999 is below the floor: gone
        (0.009, 1, 0),
        (0.4, 1, 0.36),
    ],
)
def test_a_period_takes_ten_per_cent(strength: float, periods: float, left: float) -> None:
    assert decay.decayed(strength, periods) == pytest.approx(left)


def test_another_rate() -> None:
    assert decay.decayed(0.4, 1, rate=0.5) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("age_hours", "period_hours", "left"),
    [(0, 1, 1.0), (6.6, 1, 0.499), (24, 24, 0.9), (44, 1, 0.0097)],
)
def test_what_remains_is_computed_from_the_age(
    age_hours: float, period_hours: float, left: float
) -> None:
    assert decay.remaining(1.0, age_hours, period_hours) == pytest.approx(left, abs=0.0005)


def test_the_horizon_is_where_a_full_trail_falls_below_the_floor() -> None:
    assert decay.HORIZON == 44
    assert decay.remaining(1, 44) < decay.FLOOR < decay.remaining(1, 43)


def test_strength_outside_its_range_counts_as_its_end() -> None:
    assert decay.heat(5.0, 10) == decay.heat(1.0, 10)
    assert decay.heat(-1, 10) == decay.COLD


NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
ages = st.floats(0, 2000)
strengths = st.floats(0.001, 1)


@given(st.lists(st.tuples(strengths, ages), min_size=1, max_size=30))
def test_combined_heat_is_the_sum_of_what_remains(trails: list[tuple[float, float]]) -> None:
    now = decay.periods_at(NOW)
    heat = decay.COLD
    for strength, age in trails:
        heat = decay.combine(heat, decay.heat(strength, now - age))
    expected = math.fsum(decay.remaining(*trail) for trail in trails)
    assert decay.left_at(heat, now) == pytest.approx(expected, rel=1e-6)


@given(st.tuples(strengths, ages), st.tuples(strengths, ages))
def test_subtracting_what_was_added_leaves_the_rest(
    stays: tuple[float, float], goes: tuple[float, float]
) -> None:
    now = decay.periods_at(NOW)
    one = decay.heat(stays[0], now - stays[1])
    other = decay.heat(goes[0], now - goes[1])
    rest = decay.subtract(decay.combine(one, other), other)
    assert decay.left_at(rest, now) == pytest.approx(decay.remaining(*stays), rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("part", [0.0, 1.0, decay.COLD])
def test_nothing_is_less_than_nothing(part: float) -> None:
    assert decay.subtract(decay.COLD, part) == decay.COLD


def test_what_is_left_falls_while_the_order_stays() -> None:
    one, other = decay.heat(1, 100), decay.heat(0.5, 101)
    assert one > other
    assert decay.left_at(one, 110) > decay.left_at(other, 110)
    assert decay.left_at(one, 120) < decay.left_at(one, 110)


def test_the_floor_as_heat() -> None:
    assert decay.left_at(decay.heat_of_floor(500), 500) == pytest.approx(decay.FLOOR)
