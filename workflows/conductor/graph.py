"""Where the nodes of a graph stand: layers from left to right, few crossings, straight ways.

The method is that of Sugiyama, Tagawa and Toda (1981): break cycles, layer by the longest way,
order each layer by the means of its neighbours, then place. No database, no drawing; the same
graph always lies the same way. 500 nodes with 900 arcs take about 0.1 s, so a layout is kept.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

GAP_X, GAP_Y = 44.0, 18.0  # user units between layers, and between the boxes of one
SWEEPS = 12  # over all layers; on graphs of 500 nodes the crossings no longer fall after ten
BEND = 6.0  # half the room that a passing way takes in a layer
MOST_BENDS = 20_000  # of all arcs together; beyond it long arcs run straight through the layers
GRID_WIDTH = 1188.0  # boxes without any arc stand in rows of this width: the widest sheet

Point = tuple[float, float]
Link = tuple[int, int]


class Box(NamedTuple):
    id: str
    width: float
    height: float


class Arc(NamedTuple):
    """A way between two boxes; *room* is what its words need before the target, in user units."""

    source: str
    target: str
    room: float = 0


class Place(NamedTuple):
    """Upper left corner of a box, and its layer."""

    x: float
    y: float
    layer: int


class Route(NamedTuple):
    """The points that an arc passes; *back* leads against the layers. A loop has no points."""

    points: tuple[Point, ...]
    back: bool


@dataclass(frozen=True)
class Layout:
    """Places in the order of the boxes, routes in the order of the arcs, and the whole's size."""

    width: float
    height: float
    places: tuple[Place, ...]
    routes: tuple[Route, ...]


@lru_cache(maxsize=128)
def lay_out(boxes: tuple[Box, ...], arcs: tuple[Arc, ...]) -> Layout:
    """The layout of a graph. Raises KeyError for an arc that names no box."""
    index = {box.id: i for i, box in enumerate(boxes)}
    ends = [(index[arc.source], index[arc.target]) for arc in arcs]
    back = _closing(len(boxes), ends)
    links = [(b, a) if i in back else (a, b) for i, (a, b) in enumerate(ends)]
    joined = sorted({node for pair in ends for node in pair})
    layer_of = layers_of(joined, [link for link in links if link[0] != link[1]])
    net = _Net(boxes, layer_of, links)
    net.order()
    net.place()
    xs = net.columns([arc.room for arc in arcs])
    places = {node: net.corner(node, xs) for node in joined}
    low = net.height
    places |= _grid(boxes, [i for i in range(len(boxes)) if i not in places], low)
    routes = tuple(net.route(i, i in back, xs) for i in range(len(arcs)))
    ordered = tuple(places[i] for i in range(len(boxes)))
    width = max((p.x + b.width for p, b in zip(ordered, boxes, strict=True)), default=0)
    height = max((p.y + b.height for p, b in zip(ordered, boxes, strict=True)), default=0)
    return Layout(width, max(height, low), ordered, routes)


def _closing(count: int, ends: Sequence[Link]) -> set[int]:
    """Which arcs close a cycle, walking depth first in the order of the nodes."""
    out = defaultdict(list)
    for i, (a, b) in enumerate(ends):
        out[a].append((i, b))
    on_path, seen, closing = set[int](), set[int](), set[int]()
    for root in range(count):
        stack = [] if root in seen else [(root, iter(out[root]))]
        seen.add(root)
        on_path.add(root)
        while stack:
            node, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                on_path.discard(node)
            elif step[1] in on_path:
                closing.add(step[0])
            elif step[1] not in seen:
                seen.add(step[1])
                on_path.add(step[1])
                stack.append((step[1], iter(out[step[1]])))
        on_path.discard(root)
    return closing


def layers_of(nodes: Sequence[int], links: Sequence[Link]) -> dict[int, int]:
    """The layer of each node: one more than the deepest that leads to it. *links* have no cycle."""
    out, waits = defaultdict(list), dict.fromkeys(nodes, 0)
    for a, b in links:
        out[a].append(b)
        waits[b] += 1
    layer = dict.fromkeys(nodes, 0)
    ready = [node for node in nodes if not waits[node]]
    for node in ready:
        for target in out[node]:
            layer[target] = max(layer[target], layer[node] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return layer


def crossings(order: Sequence[int], links: Sequence[tuple[int, int]]) -> int:
    """How many of *links* between two layers cross; *order* is the place of each item."""
    found, passed = 0, list[int]()
    for _, b in sorted((order[a], order[b]) for a, b in links):
        found += len(passed) - bisect_right(passed, b)
        insort(passed, b)
    return found


def spread(wished: Sequence[float], halves: Sequence[float], gap: float) -> list[float]:
    """The centres nearest to *wished* that keep their order and *gap*: isotonic regression.

    *halves* is half the height of each. Neighbours that wish too close share a block at the mean
    of their wishes (the pool of adjacent violators).
    """
    offsets, at = [], 0.0
    for i, half in enumerate(halves):
        at += half if i == 0 else halves[i - 1] + gap + half
        offsets.append(at)
    blocks: list[tuple[float, int]] = []  # mean, members
    for wish, offset in zip(wished, offsets, strict=True):
        mean, members = wish - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, more = blocks.pop()
            mean = (mean * members + before * more) / (members + more)
            members += more
        blocks.append((mean, members))
    flat = (mean for mean, members in blocks for _ in range(members))
    return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]


class _Net:
    """The graph with a bend in each layer that a long arc passes; items are boxes, then bends."""

    def __init__(
        self, boxes: Sequence[Box], layer_of: dict[int, int], links: Sequence[Link]
    ) -> None:
        self.boxes = boxes
        self.layer = [layer_of.get(i, 0) for i in range(len(boxes))]
        self.layers: list[list[int]] = [[] for _ in range(max(layer_of.values(), default=-1) + 1)]
        for node in layer_of:
            self.layers[layer_of[node]].append(node)
        self.ways = [self._way(a, b) for a, b in links]
        self.up: dict[int, list[int]] = defaultdict(list)
        self.down: dict[int, list[int]] = defaultdict(list)
        for a, b in self._steps():
            self.down[a].append(b)
            self.up[b].append(a)
        self.y = [0.0] * len(self.layer)

    def _way(self, a: int, b: int) -> list[int]:
        way = [a]
        if len(self.layer) + self.layer[b] - self.layer[a] > len(self.boxes) + MOST_BENDS:
            return [a, b]
        for level in range(self.layer[a] + 1, self.layer[b]):
            way.append(len(self.layer))
            self.layers[level].append(len(self.layer))
            self.layer.append(level)
        return [*way, b]

    def _steps(self) -> Iterator[Link]:
        return ((a, b) for way in self.ways for a, b in pairwise(way) if a != b)

    def _half(self, item: int) -> float:
        return self.boxes[item].height / 2 if item < len(self.boxes) else BEND

    def order(self) -> None:
        """Order each layer by the means of its neighbours' places; the best of all sweeps stays."""
        best, fewest = [list(level) for level in self.layers], self._crossed()
        for sweep in range(SWEEPS):
            if not fewest:
                break
            levels = self.layers if sweep % 2 == 0 else self.layers[::-1]
            beside = self.up if sweep % 2 == 0 else self.down
            place = self._places()
            for level in levels:
                mean = {item: _mean(beside[item], place, place[item]) for item in level}
                level.sort(key=mean.__getitem__)
                place.update((item, i) for i, item in enumerate(level))
            crossed = self._crossed()
            if crossed < fewest:
                best, fewest = [list(level) for level in self.layers], crossed
        self.layers = best

    def _places(self) -> dict[int, float]:
        return {item: i for level in self.layers for i, item in enumerate(level)}

    def _crossed(self) -> int:
        place = [0] * len(self.layer)
        for level in self.layers:
            for i, item in enumerate(level):
                place[item] = i
        between = defaultdict(list)
        for a, b in self._steps():
            between[self.layer[a]].append((a, b))
        return sum(crossings(place, links) for links in between.values())

    def place(self) -> None:
        """Centres: each item as near to its neighbours' mean as its layer's order allows."""
        y = {item: 0.0 for level in self.layers for item in level}
        for sweep in range(SWEEPS):
            down = sweep % 2 == 0
            for level in self.layers if down else self.layers[::-1]:
                beside = self.up if down else self.down
                wished = [_mean(beside[i] or self.up[i] or self.down[i], y, y[i]) for i in level]
                centres = spread(wished, [self._half(item) for item in level], GAP_Y)
                y.update(zip(level, centres, strict=True))
        top = min((y[i] - self._half(i) for i in y), default=0.0)
        for item, centre in y.items():
            self.y[item] = centre - top

    @property
    def height(self) -> float:
        items = [item for level in self.layers for item in level]
        return max((self.y[item] + self._half(item) for item in items), default=0.0)

    def columns(self, rooms: Sequence[float]) -> list[tuple[float, float]]:
        """Left and right edge of each layer; words of an arc stand before its last layer."""
        before = [GAP_X] * len(self.layers)
        for way, room in zip(self.ways, rooms, strict=True):
            before[self.layer[way[-1]]] = max(before[self.layer[way[-1]]], room)
        edges, x = [], 0.0
        for i, level in enumerate(self.layers):
            wide = max((self.boxes[n].width for n in level if n < len(self.boxes)), default=0.0)
            x += before[i] if i else 0.0
            edges.append((x, x + wide))
            x += wide
        return edges

    def corner(self, node: int, xs: Sequence[tuple[float, float]]) -> Place:
        left, right = xs[self.layer[node]]
        box = self.boxes[node]
        x = left + (right - left - box.width) / 2
        return Place(x, self.y[node] - box.height / 2, self.layer[node])

    def route(self, arc: int, back: bool, xs: Sequence[tuple[float, float]]) -> Route:
        way = self.ways[arc]
        if way[0] == way[-1]:
            return Route((), True)
        first, last = (self.corner(node, xs) for node in (way[0], way[-1]))
        points = [(first.x + self.boxes[way[0]].width, self.y[way[0]])]
        for bend in way[1:-1]:
            points += [(x, self.y[bend]) for x in xs[self.layer[bend]]]
        points.append((last.x, self.y[way[-1]]))
        return Route(tuple(points[::-1] if back else points), back)


def _mean(items: Sequence[int], place: dict[int, float], otherwise: float) -> float:
    return sum(place[item] for item in items) / len(items) if items else otherwise


def _grid(boxes: Sequence[Box], alone: Sequence[int], top: float) -> dict[int, Place]:
    """Boxes that no arc touches, in rows below the rest."""
    places, x, y, tallest = {}, 0.0, top + (GAP_Y if top else 0.0), 0.0
    for i in alone:
        if x and x + boxes[i].width > GRID_WIDTH:
            x, y, tallest = 0.0, y + tallest + GAP_Y, 0.0
        places[i] = Place(x, y, 0)
        x += boxes[i].width + GAP_Y
        tallest = max(tallest, boxes[i].height)
    return places
