"""Layers, crossings and places of graphs: pure, by table."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.conductor.graph import (
    GAP_X,
    GAP_Y,
    Arc,
    Box,
    Layout,
    crossings,
    lay_out,
    layers_of,
    spread,
)


def laid(names: str, arcs: str) -> Layout:
    """``laid("a b", "ab")``: boxes of 100 x 40, arcs as pairs of letters."""
    boxes = tuple(Box(name, 100, 40) for name in names.split())
    return lay_out(boxes, tuple(Arc(pair[0], pair[1]) for pair in arcs.split()))


@pytest.mark.parametrize(
    ("names", "arcs", "layers"),
    [
        ("a", "", [0]),
        ("a b c", "ab bc", [0, 1, 2]),
        ("a b c d", "ab ac bd cd", [0, 1, 1, 2]),
        ("a b c", "ab bc ac", [0, 1, 2]),  # the longest way counts
        ("a b c", "ab bc ca", [0, 1, 2]),  # what closes a cycle leads back
        ("a b", "ab ba", [0, 1]),
        ("a b", "aa ab", [0, 1]),  # a loop moves nothing
        ("a b c", "ab", [0, 1, 0]),  # what no arc touches stands apart
        ("b a", "ab", [1, 0]),
    ],
)
def test_layers_follow_the_longest_way(names: str, arcs: str, layers: list[int]) -> None:
    assert [place.layer for place in laid(names, arcs).places] == layers


def test_a_graph_without_nodes_takes_no_room() -> None:
    assert lay_out((), ()) == Layout(0, 0, (), ())


def test_an_arc_to_nowhere_is_refused() -> None:
    with pytest.raises(KeyError):
        laid("a", "ax")


def test_words_of_an_arc_get_their_room_before_its_target() -> None:
    boxes = (Box("a", 100, 40), Box("b", 100, 40))
    plain = lay_out(boxes, (Arc("a", "b"),))
    worded = lay_out(boxes, (Arc("a", "b", 150),))
    assert plain.places[1].x == 100 + GAP_X
    assert worded.places[1].x == 250


def test_a_long_way_passes_between_the_boxes_and_not_through_them() -> None:
    found = laid("a b c", "ab bc ac")
    middle, long = found.places[1], found.routes[2]
    passing = [y for x, y in long.points if middle.x <= x <= middle.x + 100]
    assert passing
    assert all(not middle.y <= y <= middle.y + 40 for y in passing)


def test_a_way_back_starts_at_its_source_and_ends_right_of_its_target() -> None:
    found = laid("a b", "ab ba")
    back = found.routes[1]
    assert back.back
    assert back.points[0][0] == found.places[1].x
    assert back.points[-1][0] == found.places[0].x + 100


def test_what_no_arc_touches_stands_in_rows() -> None:
    found = laid(" ".join("abcdefghijklmn"), "")
    assert len({place.y for place in found.places}) == 2
    assert found.width <= 1188


def test_crossings_are_untangled() -> None:
    found = laid("a b c d", "ad bc")  # written so that they would cross
    of = {name: place.y for name, place in zip("abcd", found.places, strict=True)}
    assert (of["a"] < of["b"]) == (of["d"] < of["c"])


@pytest.mark.parametrize(
    ("order", "links", "count"),
    [
        ([0, 1, 0, 1], [(0, 2), (1, 3)], 0),
        ([0, 1, 0, 1], [(0, 3), (1, 2)], 1),
        ([0, 1, 2, 0, 1, 2], [(0, 5), (1, 4), (2, 3)], 3),
        ([0, 1, 0], [(0, 2), (1, 2)], 0),  # ends that meet do not cross
    ],
)
def test_crossings(order: list[int], links: list[tuple[int, int]], count: int) -> None:
    assert crossings(order, links) == count


def test_layers_of_a_long_chain_need_no_recursion() -> None:
    chain = [(i, i + 1) for i in range(5000)]
    assert layers_of(range(5001), chain)[5000] == 5000


heights = st.lists(st.floats(-500, 500), min_size=1, max_size=20)


@given(heights)
def test_spread_keeps_order_and_distance_and_the_mean(wished: list[float]) -> None:
    halves = [20.0] * len(wished)
    got = spread(wished, halves, GAP_Y)
    assert all(b - a >= 40 + GAP_Y - 1e-6 for a, b in pairwise(got))
    assert sum(got) == pytest.approx(sum(wished), abs=1e-6)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    count = draw(st.integers(1, 14))
    node = st.integers(0, count - 1)
    return count, draw(st.lists(st.tuples(node, node), max_size=30))


@given(graphs())
def test_any_graph_is_laid_out_without_boxes_over_each_other(
    graph: tuple[int, list[tuple[int, int]]],
) -> None:
    count, ends = graph
    boxes = tuple(Box(str(i), 100, 40) for i in range(count))
    found = lay_out(boxes, tuple(Arc(str(a), str(b)) for a, b in ends))
    spots = [(place.x, place.y) for place in found.places]
    for i, (x, y) in enumerate(spots):
        assert 0 <= x <= found.width - 100 + 1e-6
        assert -1e-6 <= y <= found.height - 40 + 1e-6
        assert all(abs(x - u) >= 100 - 1e-6 or abs(y - v) >= 40 - 1e-6 for u, v in spots[:i])
    assert len(found.routes) == len(ends)
