from __future__ import annotations

import pytest

from learning.fraud.tuning import CannotTell, Reviewed, rates, tune_classes, tune_detector

CURRENT = {"suspicious": 0.2, "fraud_likely": 0.5, "fraud_confirmed": 0.8}


def reviewed(right: list[float], wrong: list[float]) -> Reviewed:
    return [(score, True) for score in right] + [(score, False) for score in wrong]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (reviewed([0.8] * 15, [0.6] * 14), "insufficient_data"),
        (reviewed([0.8] * 9, [0.6] * 25), "imbalanced_data"),
        (reviewed([0.8] * 25, [0.6] * 9), "imbalanced_data"),
        (reviewed([0.05] * 20, [0.05] * 20), "no_valid_threshold"),
    ],
)
def test_what_cannot_be_told(found: Reviewed, code: str) -> None:
    with pytest.raises(CannotTell) as refused:
        tune_detector("temporal_manipulation", found)
    assert refused.value.code == code


def test_the_border_finds_most_with_few_false_alarms() -> None:
    found = tune_detector("d", reviewed([0.58] * 10 + [0.7] * 10, [0.52] * 12))
    assert found.recommended == 0.58
    assert (found.false_positive_rate, found.true_positive_rate) == (0.0, 1.0)
    assert (found.samples, found.confidence) == (32, "low")


def test_the_lowest_of_equals_is_taken() -> None:
    found = tune_detector("d", reviewed([0.59] * 20, [0.51] * 9 + [0.55] * 11), 0.5)
    assert found.recommended == 0.59


def test_without_a_clean_border_the_highest_score_is_taken() -> None:
    found = tune_detector("d", reviewed([0.55] * 20, [0.55] * 20))
    assert found.recommended == 0.55
    assert "no score" in found.reason


@pytest.mark.parametrize(("current", "recommended"), [(0.5, 0.6), (0.95, 0.9), (0.9, 0.9)])
def test_a_change_is_at_most_a_tenth(current: float, recommended: float) -> None:
    found = tune_detector("d", reviewed([0.9] * 20, [0.52] * 20), current)
    assert found.recommended == recommended
    assert ("limited to ±0.10" in found.reason) is (current == 0.5)
    assert found.true_positive_rate == 1.0  # of the border before it was held back


@pytest.mark.parametrize(("n", "word"), [(30, "low"), (50, "medium"), (100, "high")])
def test_confidence_grows_with_samples(n: int, word: str) -> None:
    found = tune_detector("d", reviewed([0.6] * (n // 2), [0.52] * (n - n // 2)))
    assert found.confidence == word


def test_borders_of_classes_stay_in_order_and_within_bounds() -> None:
    scores = [i / 100 for i in range(20, 100, 2)]
    found = tune_classes(reviewed(scores, [0.2 + i / 200 for i in range(30)]), CURRENT)
    values = {each.name: each.recommended for each in found}
    assert values["suspicious"] < values["fraud_likely"] < values["fraud_confirmed"]
    assert all(abs(values[name] - CURRENT[name]) <= 0.1 + 1e-9 for name in values)
    assert 0.1 <= values["suspicious"] <= 0.4


def test_a_change_that_would_break_the_order_is_not_made() -> None:
    crossed = {"suspicious": 0.2, "fraud_likely": 0.85, "fraud_confirmed": 0.6}
    found = tune_classes(reviewed([0.35] * 30, [0.3] * 30), crossed)
    assert [each.recommended for each in found] == list(crossed.values())
    assert "order" in found[0].reason


def test_classes_need_fifty_reviews() -> None:
    with pytest.raises(CannotTell) as refused:
        tune_classes(reviewed([0.9] * 25, [0.3] * 24), CURRENT)
    assert refused.value.code == "insufficient_data"


def test_rates_count_from_the_threshold_on() -> None:
    assert rates(reviewed([0.5, 0.7], [0.5, 0.4]), 0.5) == (0.5, 1.0)
