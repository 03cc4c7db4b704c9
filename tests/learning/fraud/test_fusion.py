from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.fraud.fusion import classify, fuse, ratio_of

score = st.floats(0, 1)
signals = st.lists(st.tuples(st.sampled_from("abcdef"), score), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("scores", "posterior", "ratio", "word"),
    [
        ([1], 0.2963, 8, "suspicious"),
        ([1, 1], 0.7711, 64, "fraud_likely"),
        ([1, 1, 1], 0.9642, 512, "fraud_confirmed"),
        ([1, 1, 1, 1], 0.9954, 4096, "fraud_confirmed"),
        ([0.7], 0.2370, 5.9, "suspicious"),
        ([0.6315, 0.70], 0.6273, 31.98, "fraud_likely"),
        ([], 0.0, 1, "clean"),
    ],
)
def test_documented_posteriors(
    scores: list[float], posterior: float, ratio: float, word: str
) -> None:
    found = fuse((str(i), s) for i, s in enumerate(scores))
    assert found.score == pytest.approx(posterior, abs=1e-4)
    assert found.ratio == pytest.approx(ratio, abs=5e-3)
    assert classify(found.score) == word


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0, "clean"),
        (0.0001, "low_confidence"),
        (0.2, "low_confidence"),
        (0.2000001, "suspicious"),
        (0.5, "suspicious"),
        (0.5001, "fraud_likely"),
        (0.8, "fraud_likely"),
        (0.8001, "fraud_confirmed"),
        (1, "fraud_confirmed"),
    ],
)
def test_a_border_belongs_to_the_class_below(value: float, word: str) -> None:
    assert classify(value) == word


@given(signals, score, score)
def test_a_stronger_signal_never_lowers_the_posterior(
    others: list[tuple[str, float]], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert fuse([*others, ("x", low)]).score <= fuse([*others, ("x", high)]).score


def test_a_stronger_signal_is_strictly_more() -> None:
    assert fuse([("a", 0.99)]).score > fuse([("a", 0.3)]).score


@given(signals)
def test_a_signal_of_score_zero_changes_nothing(others: list[tuple[str, float]]) -> None:
    assert fuse([*others, ("x", 0.0)]).score == pytest.approx(fuse(others).score)


@given(signals)
def test_each_factor_is_kept_and_leads_to_the_posterior(found: list[tuple[str, float]]) -> None:
    verdict = fuse(found)
    assert [step.ratio for step in verdict.steps] == [ratio_of(s) for _, s in found]
    assert verdict.steps[-1].posterior == verdict.score
    assert 0 < verdict.score < 1


def test_applied_borders_are_used() -> None:
    moved = {"suspicious": 0.3, "fraud_likely": 0.6, "fraud_confirmed": 0.9}
    assert classify(0.25, moved) == "low_confidence"
    assert classify(0.85, moved) == "fraud_likely"
