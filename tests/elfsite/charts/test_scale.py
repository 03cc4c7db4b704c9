from __future__ import annotations

import pytest

from elfsite.charts.scale import CONFIDENCE_STOPS, scalebar, uneven
from tests.elfsite.charts.reading import by_class, tree, words


def test_segments_are_filled_and_hollow_in_turn() -> None:
    drawn = scalebar(0, 100, 10, ["6 h", "", "now"])
    kinds = [node.get("class") for node in tree(drawn).iter("rect")]
    assert kinds == ["on", "off"]
    assert words(drawn) == ["6 h", "now"]


def test_the_outer_words_stay_inside_the_bar() -> None:
    anchors = [n.get("text-anchor") for n in tree(scalebar(0, 90, 0, ["a", "b", "c"])).iter("text")]
    assert anchors == ["start", "middle", "end"]


def test_words_from_elsewhere_are_escaped() -> None:
    assert words(scalebar(0, 10, 0, ["<b>", "&"])) == ["<b>", "&"]


def test_a_bar_needs_two_edges() -> None:
    with pytest.raises(ValueError, match="two edges"):
        scalebar(0, 10, 0, ["now"])


def test_an_uneven_bar_stands_where_its_stops_do() -> None:
    drawn = uneven(lambda share: share * share * 100, 0, CONFIDENCE_STOPS)
    bars = [float(node.get("x", "")) for node in tree(drawn).iter("rect")]
    assert bars == [0, 4, 16, 25, 36, 49, 64, 81]
    assert len(by_class(drawn, "off")) == 4
