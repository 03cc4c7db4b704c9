"""Versions of a definition as text, and what differs between two of them. No database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from elfsite.origins import seedjson
from workflows.conductor.definition import Edge, Node, read_definition, read_edges
from workflows.conductor.differences import LINES_MOST, Diff, diff_texts

INDENT = "  "
Blocks = dict[str, list[str]]  # lines of each setting, node and edge, by what it is


class Differing(NamedTuple):
    """*same* where both say the same; *reordered* where only the order is another."""

    diff: Diff
    same: bool
    reordered: bool


def diff_versions(before: Any, after: Any) -> Differing:
    """What came and went between two versions (rows with the three texts of one).

    Of long ones only the settings, nodes and edges that differ are compared, so that a change
    far down is found as well.
    """
    left, right = blocks_of(before), blocks_of(after)
    equal, in_order = left == right, list(left) == list(right)
    if max(map(_length, (left, right))) > LINES_MOST:
        shared = {key for key in left if left[key] == right.get(key)}
        left, right = (_without(blocks, shared) for blocks in (left, right))
    diff = diff_texts(_text(left), _text(right))
    return Differing(diff, equal and in_order, equal and not in_order)


def blocks_of(version: Any) -> Blocks:
    """A version as lines for people: one for each fact, prompts as they are written."""
    definition = read_definition(version.nodes_json, read_edges(version.edges_json))
    blocks = dict(_settings(version.config_json))
    blocks |= {f"node {node.id}": list(_node(node)) for node in definition.nodes if node.known}
    for edge in definition.edges:
        line = _edge(edge)
        blocks.setdefault(line, []).append(line)
    return blocks


def _settings(text: str) -> Iterator[tuple[str, list[str]]]:
    config = seedjson.read(text, empty={})
    if not isinstance(config.value, dict) or not config.ok:
        yield "settings", [f"settings {config.raw}"]
        return
    for key, value in sorted(config.value.items()):
        yield f"setting {key}", [f"setting {key}: {seedjson.dump(value)}"]


def _node(node: Node) -> Iterator[str]:
    name = f" “{node.name}”" if node.name != node.id else ""
    yield f"node {node.id}{name}, {node.kind}"
    for key, value in sorted(node.config.items()):
        yield f"{INDENT}{key}: {seedjson.dump(value)}"
    for line in node.prompt.splitlines():
        yield f"{INDENT}| {line}"


def _edge(edge: Edge) -> str:
    condition = f" if {edge.condition}" if edge.condition.strip() else ""
    priority = f", priority {edge.priority}" if edge.priority != 100 else ""
    return f"edge {edge.source} → {edge.target}{condition}{priority}"


def _length(blocks: Blocks) -> int:
    return sum(map(len, blocks.values()))


def _without(blocks: Blocks, keys: set[str]) -> Blocks:
    return {key: lines for key, lines in blocks.items() if key not in keys}


def _text(blocks: Blocks) -> str:
    return "\n".join(line for lines in blocks.values() for line in lines)
