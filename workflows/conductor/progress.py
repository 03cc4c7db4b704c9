"""How far a run is: the state of each node and of each way between them. No database.

Of a run that our conductor drives the marking says which edge was taken. Nothing that others
record says so: there it is read from the attempts, the target began at or after the end of the
source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString

from elfsite.charts.glyphs import STATES, Sign, mark, sign
from elfsite.origins import seedjson
from elfsite.origins.fields import read_time
from workflows.conductor.definition import END, START, Definition, Edge, Node, stranger
from workflows.conductor.sheet import Sheet, lay_down
from workflows.conductor.timeline import length

OVER = frozenset({"completed", "failed", "cancelled"})  # states in which a run stays
NOT_REACHED = "not reached"  # of a node that a finished run never began
TAKEN, OPEN, DROPPED = "taken", "open", "dropped"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One execution of a node; *start* and *end* in seconds since 1970, None where unreadable."""

    pk: int
    key: str
    node: str
    name: str
    kind: str
    status: str
    agent: str
    tries: int
    tokens: int | None
    error_type: str
    error: str
    start: float | None
    end: float | None
    seconds: float | None
    flawed: bool  # a time is recorded that cannot be read, or the end lies before the start


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node as a run shows it, its attempts in the order in which they were written."""

    node: Node
    state: str
    attempts: tuple[Attempt, ...]
    reason: str = ""  # why it was skipped

    @property
    def sign(self) -> Sign:
        if self.state == NOT_REACHED:
            return Sign("skipped", "ink", NOT_REACHED)
        return sign(STATES, self.state)

    @property
    def tries(self) -> int:
        """Attempts, counting those that a reset has overwritten."""
        kept = len(self.attempts)
        return max(kept, 1 + max((a.tries for a in self.attempts), default=-1))

    @property
    def seconds(self) -> float | None:
        known = [a.seconds for a in self.attempts if a.seconds is not None]
        return sum(known) if known else None

    @property
    def took(self) -> str:
        return "–" if self.seconds is None else length(self.seconds)

    @property
    def url(self) -> str:
        return node_url(self.node.id)

    @property
    def mark(self) -> SafeString:
        return mark(self.sign.word, self.sign.glyph, self.sign.hue)

    @property
    def trouble(self) -> str:
        """Why it was skipped, else what its last attempt failed of."""
        last = self.attempts[-1] if self.attempts else None
        if last is None or self.reason:
            return self.reason
        return ": ".join(filter(None, (last.error_type, last.error)))

    @property
    def tokens(self) -> int | None:
        known = [a.tokens for a in self.attempts if a.tokens is not None]
        return sum(known) if known else None


def node_url(id: str) -> str:
    """The part of a run's address that selects a node."""
    return f"?node={quote(id, safe='')}#node"


@dataclass(frozen=True, slots=True)
class Way:
    """An edge and what became of it."""

    edge: Edge
    state: str


@dataclass(frozen=True)
class Progress:
    """Nodes in the order of the layers, ways, and where all of them stand."""

    nodes: tuple[NodeView, ...]
    ways: tuple[Way, ...]  # in the order of the definition, as the sheet's routes are
    sheet: Sheet
    kept: bool = False  # the ways are the conductor's own word

    @property
    def ways_in_order(self) -> list[Way]:
        """As one reads the graph."""
        state = {way.edge: way.state for way in self.ways}
        return [Way(edge, state[edge]) for edge in self.sheet.in_order(state)]


def times_of(
    started: Any, completed: Any, ms: int | None, now: float | None
) -> tuple[float | None, float | None, float | None, bool]:
    """Start, end, seconds and whether a recorded time is nonsense; *now* ends what still runs."""
    start, end = seconds_of(started), seconds_of(completed)
    flawed = (start is None and bool(started)) or (end is None and bool(completed))
    long = ms / 1000 if ms is not None and ms > 0 else None
    if start is not None and end is not None and end < start:
        flawed, end = True, None
    if start is None:
        return None, end, long, flawed
    if end is None:
        end = start + long if long is not None else now
    took = long if long is not None else None if end is None else end - start
    return start, end, took, flawed


def seconds_of(moment: Any) -> float | None:
    """A recorded time as seconds since 1970; None for none and for nonsense."""
    read = read_time(moment) if moment else None
    try:
        return read.timestamp()  # type: ignore[union-attr]
    except (AttributeError, OverflowError, ValueError):  # nonsense, or at the border of the years
        return None


def progress_of(
    definition: Definition,
    attempts: Sequence[Attempt],
    *,
    over: bool,
    skipped: Mapping[str, str] | None = None,
    ways: str = "",
) -> Progress:
    """What a run has done of its *definition*; nodes that only its attempts name come last.

    *ways* are the marks of the edges, see ``ways_of``; "" where nobody kept them.
    """
    tried = defaultdict(list)
    for attempt in attempts:
        tried[attempt.node].append(attempt)
    known = {node.id for node in definition.nodes}
    others = [stranger(id, a[0].name, a[0].kind) for id, a in tried.items() if id not in known]
    nodes = (*definition.nodes, *others)
    why = skipped or {}
    views = {
        node.id: NodeView(
            node,
            state_of(tried[node.id], over=over, skipped=node.id in why),
            tuple(tried[node.id]),
            why.get(node.id, ""),
        )
        for node in nodes
    }
    edges = tuple(
        Way(edge, _marked(mark, over) if mark else way_state(edge, views, over=over))
        for edge, mark in zip_longest(definition.edges, ways[: len(definition.edges)])
    )
    sheet = lay_down(nodes, definition.edges)
    places = sheet.places
    ordered = sorted(nodes, key=lambda node: places[node.id].layer)
    return Progress(tuple(views[node.id] for node in ordered), edges, sheet, kept=bool(ways))


def ways_of(marking: str | None) -> str:
    """The marks of a run's edges in the order of its definition; "" for a run without marking."""
    found = seedjson.read(marking, empty={}).value
    edges = found.get("edges") if isinstance(found, dict) else None
    return edges if isinstance(edges, str) else ""


def _marked(mark: str, over: bool) -> str:
    """What a mark of ``plan.py`` means on the page; an end leaves no way open."""
    return {"t": TAKEN, "n": DROPPED}.get(mark, DROPPED if over else OPEN)


def state_of(attempts: Sequence[Attempt], *, over: bool, skipped: bool = False) -> str:
    """The state of a node: that of its last attempt; without one it waits, or was not reached."""
    if attempts:
        return attempts[-1].status
    if skipped:
        return "skipped"
    return NOT_REACHED if over else "pending"


def way_state(edge: Edge, views: Mapping[str, NodeView], *, over: bool) -> str:
    """Taken, open (it may still be), or dropped (the run ended without it)."""
    source, target = views.get(edge.source), views.get(edge.target)
    if _taken(edge, source, target, over=over):
        return TAKEN
    if over or (target and target.state == "skipped"):
        return DROPPED
    return OPEN


def _taken(edge: Edge, source: NodeView | None, target: NodeView | None, *, over: bool) -> bool:
    if edge.target == END:
        return over and source is not None and source.state == "completed"
    if target is None or not target.attempts:
        return False
    if edge.source == START:
        return True
    ends = [a.end for a in source.attempts if a.status in OVER] if source else []
    starts = [a.start for a in target.attempts]
    if None in ends or None in starts:  # a time that cannot be read decides nothing
        return bool(ends)
    return any(start >= end for start in starts for end in ends)  # type: ignore[operator]


def chosen(nodes: Sequence[NodeView], asked: str) -> NodeView | None:
    """The node *asked* for; with none asked the one that runs, or failed, or was tried last."""
    if asked:
        return next((view for view in nodes if view.node.id == asked), None)
    tried = [view for view in nodes if view.attempts]
    for state in ("running", "failed"):
        for view in tried:
            if view.state == state:
                return view
    return max(tried, key=lambda view: view.attempts[-1].pk, default=None)
