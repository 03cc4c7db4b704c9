from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elfsite.charts.leaf import confidence_cell, interval, leaf, outruns, thickness
from elfsite.charts.leafplate import leaf_plate
from tests.elfsite.charts.reading import by_class, numbers, tree, words

ANY = st.floats(allow_nan=True, allow_infinity=True)


def label(markup: str) -> str:
    return tree(markup)[0].get("aria-label", "")


def test_a_leaf_says_what_it_shows() -> None:
    assert label(leaf(0.934, 74, 4.6)) == "confidence 0.934; the evidence supports 0.89 to 0.98"


@pytest.mark.parametrize(
    ("confidence", "off"), [(0.883, True), (0.5, False), (0.1, False), (None, False)]
)
def test_only_a_pin_right_of_the_dark_body_outruns_its_evidence(
    confidence: float | None, off: bool
) -> None:
    """31 of 31 by one agent weigh as Beta(13, 6.2): 95 % of that lies below 0.837."""
    drawn = leaf(confidence, 13, 6.2)
    assert outruns(confidence, 13, 6.2) is off
    assert bool(by_class(drawn, "off")) is off
    assert label(drawn).endswith("outruns the evidence") is off


def test_a_confidence_that_is_not_recorded_has_no_pin() -> None:
    drawn = leaf(None, 3, 3)
    assert by_class(drawn, "pin") == []
    assert label(drawn).startswith("confidence not recorded")
    assert ">–<" in confidence_cell(None, 3, 3)


def test_more_evidence_makes_a_shorter_and_thicker_leaf() -> None:
    young, old = interval(4, 2), interval(80, 40)
    assert old.high - old.low < young.high - young.low
    assert thickness(2 / 3, 80, 40, 7.5) > thickness(2 / 3, 4, 2, 7.5)


def test_the_body_lies_inside_the_tips_and_both_inside_the_drawing() -> None:
    drawn = leaf(0.7, 9.5, 3.8, width=220)
    tips, body = (numbers(by_class(drawn, part)[0].get("d", "")) for part in ("tips", "body"))
    assert min(tips[::2]) < min(body[::2]) < max(body[::2]) < max(tips[::2])
    assert 0 <= min(tips[::2]) <= max(tips[::2]) <= 220
    assert 0 <= min(tips[1::2]) <= max(tips[1::2]) <= 26


@given(ANY, ANY, ANY)
def test_any_numbers_give_a_drawing(confidence: float, a: float, b: float) -> None:
    for drawn in (leaf(confidence, a, b), leaf_plate(confidence, a, b, prior=(a, b))):
        (svg,) = tree(drawn)
        assert svg.get("aria-label")


def test_a_hue_that_no_stylesheet_knows_becomes_ink() -> None:
    assert 'data-hue="ink"' in leaf(0.5, 2, 2, hue='x" onload="alert(1)')


def test_a_list_row_is_small() -> None:
    """Fifty of them stand on a page: 57 points to two places each would be 125 KB."""
    assert len(leaf(0.871, 38, 5.2)) < 1500


def test_the_cell_has_three_places_and_the_words_of_the_fault() -> None:
    assert "0.883" in confidence_cell(0.883, 13, 6.2)
    assert "outruns its evidence" in confidence_cell(0.883, 13, 6.2)
    assert "outruns its evidence" not in confidence_cell(0.8, 38, 5.2)


def test_the_plate_names_claim_interval_and_beginning() -> None:
    drawn = leaf_plate(0.934, 74, 4.6, prior=(6.4, 3.6), hue="gold", gold_words="<two> sign")
    said = words(drawn)
    assert "carries 0.934" in said
    assert "90 % of the evidence lies in 0.893 – 0.978" in said
    assert "where the domain begins" in said
    assert "<two> sign" in said
    assert by_class(drawn, "ghost")


def test_a_plate_without_a_prior_has_no_ghost() -> None:
    drawn = leaf_plate(math.nan, 3, 3)
    assert by_class(drawn, "ghost") == by_class(drawn, "pin") == []
