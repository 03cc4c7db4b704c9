"""What differs between two versions, as lines: pure."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from workflows.conductor.versions import blocks_of, diff_versions

NODES = [{"id": "a", "prompt_template": "one\ntwo"}, {"id": "b", "name": "B", "type": "swarm"}]
EDGES = [{"to_node": "a"}, {"from_node": "a", "to_node": "b", "condition": "true", "priority": 5}]


def version(nodes: Any = NODES, edges: Any = EDGES, config: str = '{"retries": 2}') -> Any:
    return SimpleNamespace(
        nodes_json=json.dumps(nodes), edges_json=json.dumps(edges), config_json=config
    )


def changed(before: Any, after: Any) -> list[str]:
    lines = diff_versions(before, after).diff.lines
    return [f"{sign} {text.strip()}" for sign, text in lines if sign in "+−"]


def test_a_version_is_a_line_for_each_fact() -> None:
    assert [line for lines in blocks_of(version()).values() for line in lines] == [
        "setting retries: 2",
        "node a, single",
        "  | one",
        "  | two",
        "node b “B”, swarm",
        "edge a → b if true, priority 5",
        "edge __start__ → a",
    ]


def test_what_came_and_went() -> None:
    after = version([{"id": "a", "prompt_template": "one\n2"}, NODES[1]], config="[1")
    assert changed(version(), after) == [
        "− setting retries: 2",
        "+ settings [1",
        "− | two",
        "+ | 2",
    ]


def test_the_same_and_another_order() -> None:
    assert diff_versions(version(), version()).same
    turned = diff_versions(version(), version(NODES[::-1]))
    assert (turned.same, turned.reordered) == (False, True)


def test_a_change_far_down_in_a_large_definition_is_found() -> None:
    many = [{"id": f"n{i}"} for i in range(900)]
    after = [*many[:890], {"id": "n890", "type": "swarm"}, *many[891:]]
    assert changed(version(many, []), version(after, [])) == [
        "− node n890, single",
        "+ node n890, swarm",
    ]
