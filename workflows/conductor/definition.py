"""What a workflow says: its nodes, its edges, and what is wrong with them. No database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from elfsite.origins import seedjson
from workflows.conductor.conditions import check

START, END = "__start__", "__end__"
KINDS = ("single", "parallel", "swarm")
MOST_NODES = 1000  # of one definition; beyond it the rest is counted, not drawn


@dataclass(frozen=True, slots=True)
class Node:
    """One step. *known* is False for an id that only edges or attempts name."""

    id: str
    name: str
    kind: str = "single"
    prompt: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    known: bool = True

    @property
    def words(self) -> str:
        """Its kind, and of a swarm how many: "swarm of 3"."""
        ants = _text(self.config.get("num_ants") or "")
        return f"{self.kind} of {ants}" if self.kind == "swarm" and ants else self.kind

    @property
    def settings(self) -> list[tuple[str, str]]:
        """Its config for people: a list is its items, true is yes."""
        return [(_text(key), _written(value)) for key, value in self.config.items()]


@dataclass(frozen=True, slots=True)
class Edge:
    """The way from *source* to *target*; an empty condition is always met."""

    source: str
    target: str
    condition: str = ""
    priority: int = 100


@dataclass(frozen=True, slots=True)
class Definition:
    """Nodes in the order in which they are written, edges by priority, flaws as sentences."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    flaws: tuple[str, ...] = ()


def read_definition(nodes_json: str | None, edges: Iterable[Edge]) -> Definition:
    """A definition from its JSON text and its edges; whatever is wrong is said, nothing raises.

    The seeds call the kind of a node ``type``, upstream's programs ``node_type``: both are read.
    """
    ordered = sorted(edges, key=lambda edge: edge.priority)
    written, flaws = _nodes(nodes_json)
    nodes = {node.id: node for node in reversed(written)}
    several = Counter(node.id for node in written)
    flaws += [f"{n} nodes are called {id}; the first counts." for id, n in several.items() if n > 1]
    kept = tuple(nodes[id] for id in dict.fromkeys(node.id for node in written))
    strangers = _strangers(nodes, ordered)
    flaws += [f"An edge names {node.id}, which is no node." for node in strangers]
    flaws += list(dict.fromkeys(filter(None, map(_flaw_of_condition, ordered))))
    if kept and not any(edge.source == START for edge in ordered):
        flaws.append("No edge leads from the start, so nothing would run.")
    return Definition((*kept, *strangers), tuple(ordered), tuple(flaws))


def read_edges(text: str | None) -> list[Edge]:
    """The edges of a version's JSON text; what is no edge is left out."""
    found = seedjson.read(text, empty=[])
    items = found.value if found.ok and isinstance(found.value, list) else []
    return [_edge(item) for item in items if isinstance(item, dict)]


def _edge(item: Mapping[str, Any]) -> Edge:
    priority = item.get("priority")
    return Edge(
        source=str(item.get("from_node") or START),
        target=str(item.get("to_node") or END),
        condition=str(item.get("condition") or ""),
        priority=priority if type(priority) is int else 100,
    )


def _nodes(text: str | None) -> tuple[list[Node], list[str]]:
    found = seedjson.read(text, empty=[])
    if not found.ok:
        return [], ["The list of nodes is not readable as JSON."]
    if not isinstance(found.value, list):
        return [], ["The nodes are no list."]
    nodes, flaws = [], []
    for place, item in enumerate(found.value[:MOST_NODES], 1):
        node = _node(item)
        if node is None:
            flaws.append(f"Node {place} has no id.")
        else:
            nodes.append(node)
    if len(found.value) > MOST_NODES:
        flaws.append(f"It has {len(found.value):,} nodes; the first {MOST_NODES:,} are shown.")
    return nodes, flaws


def _node(item: Any) -> Node | None:
    if not isinstance(item, dict) or item.get("id") in (None, ""):
        return None
    config = item.get("config")
    return Node(
        id=_text(item["id"]),
        name=_text(item.get("name") or item["id"]),
        kind=_text(item.get("node_type") or item.get("type") or "single"),
        prompt=_text(item.get("prompt_template") or ""),
        config=config if isinstance(config, dict) else {},
    )


def _text(value: Any) -> str:
    """A text that can be shown: JSON may escape half of a character, which UTF-8 cannot write."""
    return str(value).encode("utf-8", "replace").decode()


def _flaw_of_condition(edge: Edge) -> str:
    said = check(edge.condition)
    return said and f"The condition of {edge.source} → {edge.target} is never met: {said}"


def _strangers(nodes: Mapping[str, Node], edges: Iterable[Edge]) -> list[Node]:
    named = dict.fromkeys(id for edge in edges for id in (edge.source, edge.target))
    return [stranger(id) for id in named if id not in nodes and id not in (START, END)]


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(_written, value[:20]))
    return _text(value)


def stranger(id: str, name: str = "", kind: str = "") -> Node:
    """A node that no definition has."""
    return Node(id, name or id, kind or "unknown", known=False)
