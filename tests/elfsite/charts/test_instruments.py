"""Spark, pulse and tally."""

from __future__ import annotations

import math

import pytest

from elfsite.charts.pulse import Beat, pulse
from elfsite.charts.spark import spark
from elfsite.charts.tally import tally, tally_words
from tests.elfsite.charts.reading import by_class, numbers, tree


def run_of(values: list[float | None]) -> str:
    return by_class(spark(values), "run")[0].get("d", "")


def test_a_spark_says_lowest_highest_and_usual() -> None:
    said = tree(spark([float(n) for n in range(30)], unit=" ms", span="30 days"))[0]
    assert said.get("aria-label") == "30 days: lowest 0 ms, highest 29 ms, usual 2 to 26 ms"


def test_a_day_that_was_not_recorded_breaks_the_line() -> None:
    assert run_of([1, 2, None, 3, 4]).count("M") == 2


def test_a_lone_day_is_a_dot() -> None:
    assert run_of([None, 5, None]).endswith("h.01")


def test_today_has_a_point_only_when_it_was_recorded() -> None:
    assert by_class(spark([1, 2]), "now")
    assert by_class(spark([1, None]), "now") == []


@pytest.mark.parametrize("values", [[], [None, None], [math.nan], [math.inf]])
def test_without_a_value_nothing_is_drawn(values: list[float | None]) -> None:
    assert spark(values) == ""


def test_the_same_value_every_day_is_a_level_line() -> None:
    (line,) = by_class(spark([7.0] * 30), "run")
    points = numbers(line.get("d", ""))
    assert len(points) == 60 and len(set(points[1::2])) == 1


def test_a_pulse_counts_what_it_shows() -> None:
    drawn = pulse([Beat(2, "leaf", 12), Beat(119, "hot"), Beat(121, "hot"), Beat(-1, "hot")])
    assert len(by_class(drawn, "beat")) == 2
    assert tree(drawn)[0].get("aria-label") == "2 events in the last two minutes"
    assert "1 event in" in pulse([Beat(1, "x")])


def test_a_tally_is_as_long_as_its_outcomes_are_many() -> None:
    def length(*counts: int) -> float:
        bars = tree(tally(*counts)).iter("rect")
        return sum(float(n.get("width", "0")) for n in bars)

    assert length(1, 0) < length(40, 5) < length(200, 20, 2) <= 92
    assert length(3000, 3000) == pytest.approx(92)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, 0), "never applied"),
        ((74, 9, 2), "74 held, 9 failed, 2 contradicted"),
        ((1901, 0), "1,901 held, 0 failed"),
        ((None, -4, None), "never applied"),
    ],
)
def test_a_tally_in_words(counts: tuple[int | None, ...], said: str) -> None:
    assert "".join(tree(tally_words(*counts)).itertext()) == said
    tree(tally(*counts))
