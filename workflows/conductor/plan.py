"""Which node of a run is next: where its nodes and edges stand, and what follows. No database.

A node that ends decides the edges that lead out of it, by priority; all whose condition is met are
taken. A node begins once in a run: with ``join`` *any* at the first edge that is taken to it, with
*all* when no other edge to it can still be taken. An edge can still be taken while its source is
under way, or lies behind a node that is under way, over edges that are not decided yet; so a
source that is skipped, that failed or that was never reached holds nobody up, and a cycle neither.
Where joins wait for each other and nothing else is left, the first one goes (behaviour: elf §5.3).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from elfsite.origins import seedjson
from workflows.conductor.conditions import ConditionError, met
from workflows.conductor.definition import END, START, Definition, Edge, Node

# states of a node in a run; one that is not among them has not begun
LIVE = "live"  # in the queue or in the hands of an agent
DONE = "done"
PASSED = "passed"  # skipped by a person, or failed where that is no end: the branch goes on
STOPPED = "stopped"  # failed: its branch ends here
OPEN, TAKEN, DROPPED = ".", "t", "n"  # states of an edge

VALUE_SHOWN = 60  # characters of a value in a reason
VALUES_SHOWN = 5
_QUOTED = r"""['"]([^'"]{1,100})['"]"""
_KEYS = re.compile(
    rf"context\s*(?:\[|\.\s*get\s*\()\s*{_QUOTED}|{_QUOTED}\s+(?:not\s+)?in\s+context\b"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A node that begins now, and the edges that brought it about."""

    node: Node
    wave: int
    priority: int
    reason: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A way that is not taken: the data and the reason of a skip_node decision."""

    data: dict[str, Any]
    reason: str


@dataclass
class Plan:
    """The state of a run over its definition; ``marking()`` is its text."""

    definition: Definition
    nodes: dict[str, tuple[str, int]] = field(default_factory=dict)  # state and wave
    edges: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = {node.id: node for node in self.definition.nodes if node.known}
        self.out: dict[str, list[int]] = defaultdict(list)
        self.into: dict[str, list[int]] = defaultdict(list)
        for place, edge in enumerate(self.definition.edges):
            self.out[edge.source].append(place)
            self.into[edge.target].append(place)
        self.edges = (self.edges + [OPEN] * len(self.definition.edges))[
            : len(self.definition.edges)
        ]

    @property
    def live(self) -> bool:
        return any(state == LIVE for state, _ in self.nodes.values())

    @property
    def stopped(self) -> list[str]:
        """The nodes whose failure ends the run as failed."""
        return [id for id, (state, _) in self.nodes.items() if state == STOPPED]

    def marking(self) -> str:
        """The state as text; ``read_plan`` reads it."""
        nodes = {id: [state, wave] for id, (state, wave) in self.nodes.items()}
        return seedjson.dump({"nodes": nodes, "edges": "".join(self.edges)})

    def begin(self, context: Mapping[str, Any]) -> list[Passed]:
        """Decide the edges that lead from the start."""
        return self._decide(START, context)

    def end(self, id: str, state: str, context: Mapping[str, Any]) -> list[Passed]:
        """A node is DONE, PASSED or STOPPED: decide its edges; what is not taken is returned."""
        self.nodes[id] = (state, self.nodes.get(id, (LIVE, 1))[1])
        if state != STOPPED:
            return self._decide(id, context)
        passed = []
        for place in self.out[id]:
            self.edges[place] = DROPPED
            edge = self.definition.edges[place]
            if edge.target in self.known and edge.target not in self.nodes:
                passed.append(_passed(edge, f"{self._name(id)} failed", {}))
        return self._told(passed)

    def reopen(self, id: str) -> None:
        """A node that ended is under way again; its edges are undecided."""
        self.nodes[id] = (LIVE, self.nodes.get(id, (LIVE, 1))[1])
        for place in self.out[id]:
            self.edges[place] = OPEN

    def due(self) -> list[Due]:
        """The nodes that begin now, by priority; from here on they are LIVE."""
        armed = self._armed()
        ready = [id for id in armed if not self._waits(id, armed)]
        if not ready and armed and not self.live:
            ready = list(armed)[:1]  # joins that wait for each other
        found = [self._due(id, armed[id]) for id in ready]
        for each in found:
            self.nodes[each.node.id] = (LIVE, each.wave)
        return found

    def _due(self, id: str, taken: list[int]) -> Due:
        edges = [self.definition.edges[place] for place in taken]
        wave = 1 + max(self.nodes.get(edge.source, ("", 0))[1] for edge in edges)
        priority = min(edge.priority for edge in edges)
        return Due(self.known[id], wave, priority, self._why(edges))

    def _armed(self) -> dict[str, list[int]]:
        """Nodes that have not begun and to which edges were taken, by priority; with the edges."""
        armed: dict[str, list[int]] = {}
        for place, edge in enumerate(self.definition.edges):  # which are in order of priority
            target = edge.target
            if self.edges[place] == TAKEN and target in self.known and target not in self.nodes:
                armed.setdefault(target, []).append(place)
        return armed

    def _waits(self, id: str, armed: Mapping[str, Any]) -> bool:
        """Whether a join of *all* has an edge that can still be taken: followed backwards."""
        return self.known[id].config.get("join") == "all" and self._may_come(id, armed)

    def _may_come(self, id: str, armed: Mapping[str, Any]) -> bool:
        """Whether an edge to a node is undecided whose source is under way, or may still be."""
        seen = {id, START}
        stack = list(self._open_sources(id))
        while stack:
            source = stack.pop()
            if source in seen or source not in self.known:
                continue
            seen.add(source)
            if source in self.nodes:
                if self.nodes[source][0] == LIVE:
                    return True
            elif source in armed:
                return True
            else:
                stack.extend(self._open_sources(source))
        return False

    def _open_sources(self, id: str) -> Iterator[str]:
        for place in self.into[id]:
            if self.edges[place] == OPEN:
                yield self.definition.edges[place].source

    def _decide(self, source: str, context: Mapping[str, Any]) -> list[Passed]:
        passed = []
        for place in self.out[source]:
            edge = self.definition.edges[place]
            taken, reason, values = _decision(edge, context)
            if edge.target != END and edge.target not in self.known:
                taken, reason, values = False, f"no node is called {edge.target}", {}
            self.edges[place] = TAKEN if taken else DROPPED
            if not taken:
                passed.append(_passed(edge, reason, values))
        return self._told(passed)

    def _told(self, passed: list[Passed]) -> list[Passed]:
        """A node to which another way may still lead is not skipped yet: its data says so."""
        armed = self._armed() if passed else {}
        for each in passed:
            target = each.data["to_node"]
            if target in armed or target in self.nodes or self._may_come(target, armed):
                each.data["may_run"] = True
        return passed

    def _why(self, edges: list[Edge]) -> str:
        """ "after build and test", "after plan, as context['x'] > 1"."""
        sources = [self._name(e.source) for e in edges if e.source != START]
        words = f"after {' and '.join(dict.fromkeys(sources))}" if sources else "the run begins"
        condition = edges[0].condition.strip() if len(edges) == 1 else ""
        return f"{words}, as {condition[:VALUE_SHOWN]}" if condition else words

    def _name(self, id: str) -> str:
        return self.known[id].name if id in self.known else id


def read_plan(definition: Definition, marking: str | None) -> Plan:
    """The plan of a run whose state is *marking*; a text that is none is a run at its beginning."""
    found = seedjson.read(marking, empty={}).value
    if not isinstance(found, dict):
        return Plan(definition)
    nodes = {id: (str(state), int(wave)) for id, (state, wave) in found.get("nodes", {}).items()}
    return Plan(definition, nodes, list(found.get("edges", "")))


def values_of(condition: str, context: Mapping[str, Any]) -> dict[str, str]:
    """The values of the context that a condition names, each as short JSON."""
    keys = dict.fromkeys(a or b for a, b in _KEYS.findall(condition))
    return {key: _short(context, key) for key in list(keys)[:VALUES_SHOWN]}


def _short(context: Mapping[str, Any], key: str) -> str:
    if key not in context:
        return "missing"
    text = json.dumps(context[key], ensure_ascii=False, default=str)
    return text if len(text) <= VALUE_SHOWN else text[: VALUE_SHOWN - 1] + "…"


def _decision(edge: Edge, context: Mapping[str, Any]) -> tuple[bool, str, dict[str, str]]:
    values = values_of(edge.condition, context)
    try:
        if met(edge.condition, context):
            return True, "", values
    except ConditionError as error:
        return False, f"{edge.condition.strip()} counts as not met: {error}", values
    said = ", ".join(f"{key} is {value}" for key, value in values.items())
    return False, f"not {edge.condition.strip()}" + (f": {said}" if said else ""), values


def _passed(edge: Edge, reason: str, values: Mapping[str, str]) -> Passed:
    data: dict[str, Any] = {
        "node_id": edge.target,
        "from_node": edge.source,
        "to_node": edge.target,
    }
    if edge.condition.strip():
        data["condition"] = edge.condition
    if values:
        data["values"] = dict(values)
    return Passed(data, reason)
