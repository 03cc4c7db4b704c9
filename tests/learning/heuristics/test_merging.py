from __future__ import annotations

import pytest

from learning.heuristics.lifecycle import Tally
from learning.heuristics.merging import (
    Part,
    keeper_of,
    least_similarity,
    merged_confidence,
    merged_explanation,
    merged_tally,
)


def parts(*rows: tuple[float, int, int]) -> list[Part]:
    return [
        Part(i, f"rule {i}", c, Tally(held, failed), f"because {i}")
        for i, (c, held, failed) in enumerate(rows, 1)
    ]


@pytest.mark.parametrize(
    ("rows", "strategy", "confidence"),
    [
        ([(0.75, 10, 0), (0.65, 5, 3)], "weighted_average", 10.75 / 15),
        ([(0.5, 0, 4), (0.4, 0, 1)], "weighted_average", 0.45),
        ([(0.5, 0, 0), (0.4, 0, 0)], "sum", 0.45),
        ([(0.8, 10, 10), (0.5, 5, 5)], "sum", (0.8 * 20 + 0.5 * 10) / 30),
        ([(0.8, 10, 0), (0.5, 50, 0)], "manual", 0.8),
    ],
)
def test_merged_confidence(
    rows: list[tuple[float, int, int]], strategy: str, confidence: float
) -> None:
    found = parts(*rows)
    assert merged_confidence(found, strategy, keeper_of(found)) == pytest.approx(confidence)


def test_counts_are_summed_and_explanations_joined_once() -> None:
    found = [*parts((0.75, 10, 1), (0.65, 5, 2)), Part(9, "x", 0.1, Tally(0), "because 1")]
    assert merged_tally(found) == Tally(15, 3, 0)
    assert merged_explanation(found) == "because 1 | because 2"


def test_the_most_confident_text_is_kept_then_the_most_held_then_the_oldest() -> None:
    assert keeper_of(parts((0.7, 1, 0), (0.8, 0, 0))).pk == 2
    assert keeper_of(parts((0.8, 1, 0), (0.8, 2, 0))).pk == 2
    assert keeper_of(parts((0.8, 1, 0), (0.8, 1, 0))).pk == 1


def test_similarity_of_many_is_that_of_the_least_alike() -> None:
    alike = [
        Part(1, "prevent useEffect loops", 0.5, Tally(0)),
        Part(2, "prevent useEffect loops", 0.5, Tally(0)),
        Part(3, "prevent loops", 0.5, Tally(0)),
    ]
    assert least_similarity(alike) == pytest.approx(2 / 3)
