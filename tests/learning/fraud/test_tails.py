from __future__ import annotations

from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.fraud.tails import (
    best_of,
    both,
    contrast,
    densest,
    rank_tail,
    score_of,
    share_of,
    together,
)

tail = st.floats(1e-9, 1)


@given(st.floats(0.1, 0.9), st.floats(2, 60), st.integers(1, 40))
def test_upper_and_lower_tails_share_one_distribution(mean: float, weight: float, n: int) -> None:
    share = share_of(mean, weight)
    for k in range(1, n + 1):
        assert share.at_least(k, n) + share.at_most(k - 1, n) == pytest.approx(1, abs=1e-6)


@given(st.floats(0.1, 0.9), st.integers(1, 40))
def test_more_hits_are_never_likelier(mean: float, n: int) -> None:
    found = [share_of(mean, 10).at_least(k, n) for k in range(n + 1)]
    assert found == sorted(found, reverse=True)


def test_rules_that_differ_have_fatter_tails_than_a_coin() -> None:
    coin = 0.6**20
    assert share_of(0.6, 1e6).at_least(20, 20) == pytest.approx(coin, rel=0.01)
    assert share_of(0.6, 20).at_least(20, 20) > 10 * coin


def test_a_long_count_stays_bounded() -> None:
    assert 0 < share_of(0.6, 20).at_least(60_000, 100_000) < 1


@pytest.mark.parametrize(
    ("held", "chosen", "held_all", "total"),
    [(4, 4, 5, 9), (3, 4, 5, 9), (0, 2, 1, 4), (5, 6, 7, 12)],
)
def test_the_exact_test_counts_every_deal(
    held: int, chosen: int, held_all: int, total: int
) -> None:
    ways = sum(
        comb(held_all, x) * comb(total - held_all, chosen - x)
        for x in range(held, min(chosen, held_all) + 1)
        if chosen - x <= total - held_all
    )
    assert contrast(held, chosen, held_all, total) == pytest.approx(ways / comb(total, chosen))


@given(tail, tail)
def test_a_conjunction_needs_both(pattern: float, gain: float) -> None:
    found = both(pattern, gain)
    assert both(1e-9, 0.7) > 0.5  # however odd a pattern is, it gains nothing
    assert both(0.4, 1e-9) > 0.2  # however much is gained, the pattern is common
    assert found >= min(1.0, 1.7 * min(together(pattern, gain), max(pattern, gain) ** 2)) * 0.999


def test_the_conjunction_holds_its_level() -> None:
    """Of evenly spread pairs no more than stated fall below a level."""
    grid = [(i + 0.5) / 400 for i in range(400)]
    for level in (0.001, 0.005, 0.02):
        share = sum(both(a, b) <= level for a, b in product(grid, grid)) / len(grid) ** 2
        assert share <= level * 1.05


def test_several_looks_are_paid_for() -> None:
    assert best_of([0.01, 0.5]) == pytest.approx(0.02)
    assert best_of([]) == 1.0


@pytest.mark.parametrize(
    ("value", "high", "found"), [(5, True, 2 / 6), (9, True, 1 / 6), (1, False, 2 / 6)]
)
def test_a_rank_counts_ties_and_itself(value: float, high: bool, found: float) -> None:
    assert rank_tail(value, [1, 2, 3, 4, 5], high=high) == pytest.approx(found)


def test_without_a_sample_a_rank_says_nothing() -> None:
    assert rank_tail(5, []) == 1.0


def test_scores_fall_with_tails() -> None:
    found = [score_of(10.0**-k) for k in range(6)]
    assert found == sorted(found)
    assert found[0] == 0
    assert found[-1] == 1


def test_the_dense_middle_is_not_moved_from_one_side() -> None:
    honest = [0.5 + i / 1000 for i in range(100)]
    assert densest(sorted(honest + [0.99] * 30), 0.4) == pytest.approx(0.55, abs=0.06)
