from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from elfsite.charts.velocity import velocity

DATES = ["1 Nov", "today"]


def test_few_are_seeds_and_many_are_bars() -> None:
    assert velocity([0, 2, 1], [None] * 3, DATES).count('class="new"') == 3
    assert velocity([0, 40, 10], [None] * 3, DATES).count('class="new"') == 2


def test_the_line_runs_over_days_without_updates() -> None:
    drawn = velocity([1, 1, 1], [0.5, None, 0.7], DATES)
    assert drawn.count('class="avg"') == 1
    assert "3 in all; mean confidence from 0.50 to 0.70" in drawn


@pytest.mark.parametrize("means", [[None, None], [float("nan"), None], [0.5, None], [0.5, 0.5]])
def test_every_drawing_is_well_formed(means: list[float | None]) -> None:
    drawn = ET.fromstring(str(velocity([1, 0], means, DATES)))
    shown = {node.get("class") for node in drawn.iter()}
    assert ("avg" in shown) == (0.5 in means)
    assert "new" in shown


def test_no_confidence_is_said() -> None:
    assert "no confidence was recorded" in velocity([1], [None], DATES)


def test_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="no day"):
        velocity([], [], DATES)
