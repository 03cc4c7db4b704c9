from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from learning.heuristics.evidence import (
    UNKNOWN_GRADER,
    WEIGHTS,
    is_earned,
    lower_bound,
    posterior,
    posterior_of,
    shift,
    stage_of,
)


def rule(**columns: Any) -> Any:
    base: dict[str, Any] = {
        "confidence": 0.5,
        "times_validated": 0,
        "times_violated": 0,
        "times_contradicted": 0,
        "evidence_held": 0.0,
        "evidence_against": 0.0,
        "is_golden": False,
        "is_quarantined": False,
        "status": "active",
        "ema_warmup_remaining": 0,
    }
    return SimpleNamespace(**{**base, **columns})


def test_no_word_counts_for_more_than_one_observation_and_people_count_most() -> None:
    order = [WEIGHTS[word] for word in ("human", "ci", "tool", "agent", "self")]
    assert order == sorted(order, reverse=True) and order[0] == 1.0 and order[-1] == 0.0


@pytest.mark.parametrize(
    ("counts", "shape"),
    [
        ((0, 0, 0), (1.0, 1.0)),
        ((10, 0, 0), (6.0, 1.0)),
        ((10, 4, 0), (6.0, 3.0)),
        ((0, 0, 4), (1.0, 4.0)),
        ((-3, -1, -2), (1.0, 1.0)),
    ],
)
def test_counts_whose_grader_is_unknown(
    counts: tuple[int, int, int], shape: tuple[float, float]
) -> None:
    assert posterior(*counts) == shape


@pytest.mark.parametrize("word", [*WEIGHTS, None])
@pytest.mark.parametrize(
    ("kind", "column", "side", "factor"),
    [
        ("success", "times_validated", 0, 1.0),
        ("failure", "times_violated", 1, 1.0),
        ("contradiction", "times_contradicted", 1, 1.5),
    ],
)
def test_one_outcome_weighs_what_its_grader_weighs(
    word: str | None, kind: str, column: str, side: int, factor: float
) -> None:
    held, against = shift(kind, word)
    one = rule(**{column: 1}, evidence_held=held, evidence_against=against)
    weight = UNKNOWN_GRADER if word is None else WEIGHTS[word]
    expected = [1.0, 1.0]
    expected[side] += factor * weight
    assert posterior_of(one) == pytest.approx(tuple(expected))


def test_a_hundred_reports_of_its_author_support_nothing() -> None:
    held, against = shift("success", "self")
    praised = rule(times_validated=100, evidence_held=100 * held, evidence_against=against)
    assert posterior_of(praised) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("a", "b", "low"), [(1, 1, 0.05), (61, 1, 0.05 ** (1 / 61)), (1, 3, 1 - 0.95 ** (1 / 3))]
)
def test_the_lower_bound_is_the_five_per_cent_quantile(a: float, b: float, low: float) -> None:
    assert lower_bound(a, b) == pytest.approx(low, abs=1e-5)


@pytest.mark.parametrize(
    ("held", "failed", "earned"), [(24, 0, False), (25, 0, True), (50, 12, False)]
)
def test_gold_wants_evidence_beyond_the_criteria(held: int, failed: int, earned: bool) -> None:
    assert is_earned(rule(times_validated=held, times_violated=failed)) is earned


@pytest.mark.parametrize(
    ("columns", "stage"),
    [
        ({"ema_warmup_remaining": 5}, "warm-up"),
        ({}, "learning"),
        ({"times_validated": 5, "ema_warmup_remaining": 1}, "validated"),
        ({"times_validated": 11, "times_contradicted": 3}, "at risk"),
        ({"times_validated": 2, "times_violated": 3}, "at risk"),
        ({"confidence": 0.9, "times_validated": 10}, "golden candidate"),
        ({"is_golden": True}, "golden"),
        ({"is_golden": True, "status": "dormant"}, "dormant"),
        ({"status": "active", "is_quarantined": True}, "quarantined"),
        ({"status": "archived"}, "archived"),
        ({"status": "deprecated", "is_golden": True}, "deprecated"),
    ],
)
def test_stages(columns: dict[str, Any], stage: str) -> None:
    assert stage_of(rule(**columns)) == stage
