from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elfsite.charts.treemap import MOST_TILES, Place, squarify, survey_map, treemap
from tests.elfsite.charts.reading import by_class, tree


def place(path: str = "src/auth/oauth.py", strength: float = 4.7, **more: object) -> Place:
    base = Place(path, strength, "blocker", 9, 3, "6 min", 0, "", "/trails/?at=x")
    return base._replace(**more)  # type: ignore[arg-type]


def tiles(markup: str) -> list[str]:
    return [node.get("aria-label", "") for node in tree(markup).iter("a")]


@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=40))
def test_areas_are_as_the_values_and_nothing_sticks_out(values: list[float]) -> None:
    values = sorted(values, reverse=True)
    boxes = squarify(values, 784, 384)
    whole = 784 * 384
    for value, box in zip(values, boxes, strict=True):
        assert box.width * box.height == pytest.approx(whole * value / sum(values), rel=1e-6)
        assert box.x >= -1e-6
        assert box.y >= -1e-6
        assert box.x + box.width <= 784 + 1e-6
        assert box.y + box.height <= 384 + 1e-6


def test_nothing_to_show_is_an_empty_map() -> None:
    assert squarify([], 100, 100) == []
    assert tiles(treemap([], width=784, height=384)) == []


def test_the_strongest_comes_first_and_what_has_faded_is_left_out() -> None:
    drawn = treemap(
        [place("b.py", 1), place("a.py", 3), place("gone.py", 0), place("raw.py", -2)],
        width=784,
        height=384,
    )
    assert [name.split(":")[0].split()[-1] for name in tiles(drawn)] == ["a.py", "b.py"]


def test_slivers_and_too_many_places_are_left_to_the_table() -> None:
    many = [place(f"{n}.py", 1) for n in range(200)]
    assert len(tiles(treemap(many, width=784, height=384))) == MOST_TILES
    assert len(tiles(treemap([place(), place("dust.py", 0.001)], width=784, height=384))) == 1


def test_a_tile_is_named_by_what_is_printed_on_it_first() -> None:
    (name,) = tiles(treemap([place(contested="two agents")], width=784, height=384))
    assert name.startswith("oauth.py src/auth/ blocker 4.7")
    assert name.endswith("by 3 agents, last 6 min ago, contested: two agents")


def test_foreign_text_is_escaped() -> None:
    nasty = "<script>\"&/x'.py"
    drawn = treemap([place(nasty, scent='"><b>', href='/x?a="b"')], width=784, height=384)
    assert nasty in tiles(drawn)[0]
    assert tree(drawn).find(".//a").get("href") == '/x?a="b"'  # type: ignore[union-attr]
    assert "<script" not in drawn


def test_an_unknown_scent_is_plain_ink() -> None:
    assert by_class(treemap([place(scent="compost")], width=784, height=384), "h-ink")


def test_two_layouts_are_drawn() -> None:
    drawn = survey_map([place(f"{n}.py", 20 - n) for n in range(20)])
    wide, narrow = tree(drawn)
    assert wide.get("class") == "treemap wide"
    assert len(list(narrow.iter("a"))) == 14
