"""Where the nodes and edges of a definition lie on the sheet. No database, no drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflows.conductor.definition import END, START, Edge, Node
from workflows.conductor.graph import GAP_X, Arc, Box, Layout, Place, lay_out

LETTER, SIGN_ROOM = 7.6, 40.0  # width of a bold letter; what sign and margins take of a box
LEAST, MOST = 130.0, 200.0  # width of a box
TALL, FLAT = 46.0, 28.0  # height of a box of two lines, and of one
FLAT_FROM = 60  # nodes; from here on a box is one line
DOT = 12.0  # of start and end
CONDITION_LETTERS, CONDITION_LETTER = 24, 6.0  # of a condition on its edge; the table has it whole


@dataclass(frozen=True)
class Sheet:
    """The layout of a graph whose boxes are all equally wide; start and end stand as dots."""

    ids: tuple[str, ...]
    layout: Layout
    wide: float
    flat: bool

    @property
    def places(self) -> dict[str, Place]:
        return dict(zip(self.ids, self.layout.places, strict=True))

    def in_order(self, edges: Iterable[Edge]) -> list[Edge]:
        """*edges* as one reads the graph: by the layer of their source, then by priority."""
        places = self.places
        return sorted(edges, key=lambda edge: (places[edge.source].layer, edge.priority))

    @property
    def tall(self) -> float:
        return FLAT if self.flat else TALL


def lay_down(nodes: Sequence[Node], edges: Sequence[Edge]) -> Sheet:
    """The sheet of a graph; *edges* name nodes of *nodes*, the start or the end."""
    flat = len(nodes) >= FLAT_FROM
    letters = max((len(node.name) for node in nodes), default=0)
    wide = min(MOST, max(LEAST, SIGN_ROOM + LETTER * letters))
    named = {id for edge in edges for id in (edge.source, edge.target)}
    before = [Box(START, DOT, DOT)] if START in named else []
    after = [Box(END, DOT, DOT)] if END in named else []
    boxes = (*before, *(Box(node.id, wide, FLAT if flat else TALL) for node in nodes), *after)
    arcs = tuple(Arc(edge.source, edge.target, _room(edge)) for edge in edges)
    return Sheet(tuple(box.id for box in boxes), lay_out(boxes, arcs), wide, flat)


def _room(edge: Edge) -> float:
    letters = min(CONDITION_LETTERS, len(edge.condition.strip()))
    return GAP_X + CONDITION_LETTER * letters if letters else 0.0
