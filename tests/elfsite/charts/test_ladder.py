from __future__ import annotations

import pytest

from elfsite.charts.ladder import Step, ladder, log_odds, posterior, probability
from tests.elfsite.charts.reading import by_class, tree, words


@pytest.mark.parametrize(
    ("ratios", "share"),
    [([], 0.05), ([8], 0.2963), ([8, 8], 0.7711), ([5.42, 5.9], 0.6273), ([8, 8, 8], 0.9642)],
)
def test_the_posterior_is_that_of_the_engine(ratios: list[float], share: float) -> None:
    assert posterior(0.05, ratios) == pytest.approx(share, abs=1e-3)


def test_odds_and_probability_are_each_others_inverse() -> None:
    assert probability(log_odds(0.3)) == pytest.approx(0.3)
    assert 0 < probability(log_odds(0)) < probability(log_odds(1)) < 1


def test_each_detector_that_fired_pushes_and_says_how_far() -> None:
    drawn = ladder(0.05, [Step("success rate", 5.42), Step("temporal", 5.9)])
    assert len(by_class(drawn, "push")) == 2
    assert {"prior 0.05", "× 5.42", "0.222", "× 5.90", "0.627"} <= set(words(drawn))


def test_a_quiet_detector_is_a_hollow_bead_with_its_reason() -> None:
    drawn = ladder(0.05, [Step("growth", 1.0, "9 updates, 10 are needed")])
    assert len(by_class(drawn, "quiet")) == 1
    assert "9 updates, 10 are needed" in words(drawn)
    assert by_class(drawn, "push") == []


def test_evidence_that_clears_pushes_left() -> None:
    drawn = ladder(0.5, [Step("peers agree", 0.25)])
    assert "0.200" in words(drawn)
    path = by_class(drawn, "push")[0].get("d", "")
    start, end = path[1:].split("H")
    assert float(start.split()[0]) > float(end)


@pytest.mark.parametrize("ratio", [0, -1, 1e12])
def test_any_ratio_gives_a_drawing_that_stays_on_the_sheet(ratio: float) -> None:
    drawn = ladder(0.05, [Step("<odd>", ratio)])
    places = [float(node.get("cx", "0")) for node in by_class(drawn, "bead")]
    assert all(0 <= place <= 760 for place in places)
    tree(drawn)


def test_no_step_is_the_prior_alone() -> None:
    assert len(by_class(ladder(0.05, []), "bead")) == 1
