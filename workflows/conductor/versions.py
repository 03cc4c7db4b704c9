"""Versions of a definition as text, and what differs between two of them. No database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from elfsite.origins import seedjson
from workflows.conductor.definition import Definition, Edge, Node, read_definition, read_edges
from workflows.conductor.differences import Diff, diff_texts

INDENT = "  "


def diff_versions(before: Any, after: Any) -> Diff:
    """The lines that came and went between two versions (rows with the three texts of one)."""
    return diff_texts(spelled_out(before), spelled_out(after))


def spelled_out(version: Any) -> str:
    """A version as lines for people: one for each fact, prompts as they are written."""
    definition = read_definition(version.nodes_json, read_edges(version.edges_json))
    return "\n".join(_lines(definition, version.config_json))


def _lines(definition: Definition, config_json: str) -> Iterator[str]:
    config = seedjson.read(config_json, empty={})
    if not config.ok:
        yield f"settings {config.raw}"
    elif isinstance(config.value, dict):
        for key, value in sorted(config.value.items()):
            yield f"setting {key}: {seedjson.dump(value)}"
    for node in definition.nodes:
        if node.known:
            yield from _node(node)
    for edge in definition.edges:
        yield _edge(edge)


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
