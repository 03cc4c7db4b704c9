from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elfsite.charts.numbers import (
    beta_cdf,
    beta_pdf,
    beta_peak,
    beta_quantiles,
    ruler,
    shape,
    share_of,
    short,
)

SHAPES = [(1, 1), (2.6, 1.4), (9.5, 3.8), (38, 5.2), (74, 4.6), (0.8, 3), (300, 2), (2, 900)]


def quantiles_on_a_grid(
    a: float, b: float, points: tuple[float, ...], n: int = 2000
) -> list[float]:
    """The slow way: add the density up at *n* places, each 1 / n wide."""
    places = [(i + 0.5) / n for i in range(n)]
    heights = [beta_pdf(x, a, b) for x in places]
    total, below, out = sum(heights), 0.0, []
    left = list(points)
    for x, height in zip(places, heights, strict=True):
        below += height / total
        while left and below >= left[0]:
            out.append(x)
            left.pop(0)
    return out + [1.0] * len(left)


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_quantiles_agree_with_the_grid_to_half_its_step(a: float, b: float) -> None:
    points = (0.003, 0.05, 0.5, 0.95, 0.997)
    slow = quantiles_on_a_grid(a, b, points)
    assert beta_quantiles(a, b, points) == pytest.approx(slow, abs=0.5 / 2000 + 1e-4)


@given(st.floats(0.05, 5000), st.floats(0.05, 5000), st.sampled_from([0.003, 0.05, 0.95, 0.997]))
def test_below_a_quantile_lies_what_was_asked_for(a: float, b: float, q: float) -> None:
    a, b = shape(a, b)
    (x,) = beta_quantiles(a, b, (q,))
    assert beta_cdf(x - 2e-7, a, b) - 1e-6 <= q <= beta_cdf(x + 2e-7, a, b) + 1e-6


@pytest.mark.parametrize(
    ("x", "a", "b", "below"),
    [
        (0.3, 1, 1, 0.3),  # the even distribution
        (0.3, 2, 1, 0.09),  # x squared
        (0.25, 0.5, 0.5, 1 / 3),  # the arcsine law: 2 / pi * asin(sqrt(x))
        (0.0, 3, 4, 0.0),
        (1.0, 3, 4, 1.0),
    ],
)
def test_cdf_of_known_distributions(x: float, a: float, b: float, below: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(below, abs=1e-9)


def test_density_adds_up_to_one_and_is_nothing_outside() -> None:
    assert sum(beta_pdf((i + 0.5) / 1000, 4, 2) for i in range(1000)) / 1000 == pytest.approx(1)
    assert beta_pdf(0, 0.5, 0.5) == beta_pdf(1, 2, 2) == beta_pdf(-1, 2, 2) == 0


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_no_place_is_denser_than_the_peak(a: float, b: float) -> None:
    assert max(beta_pdf((i + 0.5) / 400, a, b) for i in range(400)) <= beta_peak(a, b) * 1.0001


def test_the_upper_half_gets_three_quarters_of_the_ruler() -> None:
    assert (ruler(0), ruler(0.5), ruler(1)) == (0, 0.25, 1)


@pytest.mark.parametrize(
    ("value", "share"),
    [
        (0.5, 0.5),
        (1, 1.0),
        (7, 1.0),
        (-0.2, 0.0),
        (math.nan, None),
        (math.inf, None),
        (None, None),
        ("0.5", None),
    ],
)
def test_a_share_is_clamped_and_nonsense_is_none(value: object, share: float | None) -> None:
    assert share_of(value) == share


@pytest.mark.parametrize(
    ("a", "b", "drawn"),
    [
        (2.604, 1.4, (2.6, 1.4)),
        (0, -3, (0.05, 0.05)),
        (math.nan, math.inf, (0.05, 0.05)),
        (1e9, 1e9, (10_000, 10_000)),
    ],
)
def test_any_pair_becomes_drawable(a: float, b: float, drawn: tuple[float, float]) -> None:
    assert shape(a, b) == drawn


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (1.5, "1.5"), (1.256, "1.26"), (-0.001, "0"), (120, "120")]
)
def test_numbers_are_written_short(value: float, text: str) -> None:
    assert short(value) == text
