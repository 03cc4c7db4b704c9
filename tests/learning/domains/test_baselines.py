from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.domains.baselines import Peer, TooFewPeers, baseline, drift, moments

rates = st.lists(st.floats(0, 1), min_size=2, max_size=30)


def peers(*held: int) -> list[Peer]:
    return [Peer(i, n / 10) for i, n in enumerate(held)]


@pytest.mark.parametrize(
    ("held", "mean", "std"),
    [
        ((5, 6, 7, 7, 8), 0.66, 0.1140),
        ((5, 6, 6, 7, 8), 0.64, 0.1140),
        ((6, 6, 7, 7, 6), 0.64, 0.0548),
        ((6, 6, 6, 6, 6), 0.60, 0.0),
    ],
)
def test_mean_and_sample_deviation(held: tuple[int, ...], mean: float, std: float) -> None:
    found = baseline(peers(*held))
    assert found.avg_success_rate == pytest.approx(mean)
    assert found.std_success_rate == pytest.approx(std, abs=5e-5)
    assert found.sample_count == 5


def test_the_subject_is_left_out() -> None:
    with_it = [*peers(5, 6, 6, 7, 8), Peer(9, 1.0)]
    assert baseline(with_it, without=9) == baseline(peers(5, 6, 6, 7, 8))


@pytest.mark.parametrize("held", [(), (5,), (5, 5)])
def test_fewer_than_three_are_refused(held: tuple[int, ...]) -> None:
    with pytest.raises(TooFewPeers, match=r"Insufficient sample size \(need 3\+"):
        baseline(peers(*held))


@given(rates, st.integers(0, 29))
def test_taking_a_value_out_is_as_if_it_had_never_been(values: list[float], place: int) -> None:
    place %= len(values)
    rest = values[:place] + values[place + 1 :]
    left, fresh = moments(values).without(values[place]), moments(rest)
    assert left.count == fresh.count
    assert left.mean == pytest.approx(fresh.mean, abs=1e-9)
    assert left.std == pytest.approx(fresh.std, abs=1e-6)


@pytest.mark.parametrize(
    ("new", "percent", "significant", "severity"),
    [
        (0.59, 18, False, "low"),
        (0.60, 20, False, "medium"),
        (0.61, 22, True, "medium"),
        (0.68, 36, True, "high"),
        (0.75, 50, True, "critical"),
        (0.30, -40, True, "high"),
    ],
)
def test_drift_from_a_half(new: float, percent: float, significant: bool, severity: str) -> None:
    found = drift(0.5, new)
    assert found.percent == pytest.approx(percent)
    assert (found.significant, found.severity) == (significant, severity)


def test_drift_from_nothing_is_none() -> None:
    assert drift(0.0, 0.4).percent == 0
