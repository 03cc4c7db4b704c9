"""What is left at a place over time."""

from __future__ import annotations

import math

import pytest

from workflows.trails.fading import Dose, course, falls_below, left

FULL = Dose(0, 1.0)


@pytest.mark.parametrize(
    ("doses", "at", "strength"),
    [
        ([FULL], 0, 1.0),
        ([FULL], 1, 0.9),
        ([FULL], 10, 0.9**10),
        ([FULL], -1, 0.0),  # before it was laid
        ([Dose(0, 1.0, 5)], 4.99, 0.9**4.99),
        ([Dose(0, 1.0, 5)], 5, 0.0),  # expired
        ([Dose(0, 7.0)], 0, 1.0),  # a raw row may say anything
        ([Dose(0, -7.0)], 0, 0.0),
        ([FULL, Dose(2, 0.5)], 2, 0.81 + 0.5),
        ([], 0, 0.0),
    ],
)
def test_what_is_left(doses: list[Dose], at: float, strength: float) -> None:
    assert left(doses, at) == pytest.approx(strength)


def test_a_longer_period_fades_slower() -> None:
    assert left([FULL], 10, period_hours=10) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("doses", "when"),
    [
        ([Dose(0, 1.0)] * 2, math.log(2) / -math.log(0.9)),
        ([Dose(0, 1.0)] * 3, math.log(3) / -math.log(0.9)),
        ([Dose(0, 1.0), Dose(0, 1.0, 3)], 3),  # the second expires before they have faded
        ([Dose(0, 0.9)], None),  # below already
        ([], None),
        ([Dose(0, 1.0, 50), *[Dose(0, 1.0)] * 2], math.log(3) / -math.log(0.9)),
    ],
)
def test_when_it_falls_below_one(doses: list[Dose], when: float | None) -> None:
    found = falls_below(doses, 1.0, 0)
    assert found == (None if when is None else pytest.approx(when))
    if found is not None:
        assert left(doses, found + 1e-6) < 1.0 <= left(doses, found - 1e-6)


def test_what_comes_later_is_not_foreseen() -> None:
    assert falls_below([FULL, FULL, Dose(2, 1.0)], 1.0, 0) == falls_below([FULL, FULL], 1.0, 0)


def test_a_course_shows_both_sides_of_a_jump() -> None:
    found = dict(course([Dose(1.5, 1.0)], 0, 2, 2))
    assert found[1.5] == 1.0
    assert found[1.5 - 1e-6] == 0.0
    assert {0, 1, 2} <= set(found)
