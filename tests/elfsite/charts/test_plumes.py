from __future__ import annotations

import pytest

from elfsite.charts.plumes import HALF_LIFE_HOURS, Lane, Scent, plumes
from tests.elfsite.charts.reading import by_class, numbers, tree, words


def test_the_right_column_is_all_that_is_left() -> None:
    drawn = plumes([Lane("a.py", [Scent(HALF_LIFE_HOURS, "hot", 2.0), Scent(0, "read", 0.5)])])
    assert "1.5" in words(drawn)


def test_the_half_life_is_ten_per_cent_an_hour() -> None:
    left_after_an_hour = 0.5 ** (1 / HALF_LIFE_HOURS)
    assert left_after_an_hour == pytest.approx(0.9, abs=0.001)


def test_fresher_lies_over_older() -> None:
    drawn = plumes([Lane("a.py", [Scent(1, "write", 0.9), Scent(5, "blocker", 1.0)])])
    assert [node.get("data-hue") for node in by_class(drawn, "plume")] == ["blocker", "write"]


def test_what_was_laid_before_the_chart_enters_at_its_edge_without_a_sign() -> None:
    drawn = plumes([Lane("a.py", [Scent(9, "read", 1.0)])], hours=6)
    assert by_class(drawn, "laid") == []
    assert min(numbers(by_class(drawn, "plume")[0].get("d", ""))[::2]) == 214


def test_a_plume_stays_in_its_lane() -> None:
    drawn = plumes([Lane("a.py", [Scent(3, "hot", 40.0)])])
    heights = numbers(by_class(drawn, "plume")[0].get("d", ""))[1::2]
    assert 0 <= min(heights) <= max(heights) <= 34


def test_names_and_clashes_are_foreign_text() -> None:
    drawn = plumes([Lane("<b>/x&y.py", [Scent(1, "<i>", 1, '"a"')], "a & b", "/t?x=<1>")])
    assert words(drawn)[0] == "<b>/x&y.py"
    assert tree(drawn).find(".//a").get("href") == "/t?x=<1>"  # type: ignore[union-attr]
    assert [node.text for node in tree(drawn).iter("title")][-1] == "a & b"


@pytest.mark.parametrize(("hours", "first"), [(6, "6 h"), (2, "120 min"), (24, "24 h")])
def test_the_axis_ends_now(hours: float, first: str) -> None:
    said = words(plumes([Lane("a.py", [])], hours=hours))
    assert first in said
    assert said[-1] == "now"


def test_no_place_is_an_empty_chart() -> None:
    assert by_class(plumes([]), "plume") == []
