"""What may be saved as a definition: by table, with the place of every flaw."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elfsite.origins import seedjson
from workflows.conductor.checking import MOST_NODES, check_definition, check_whole, flaw_of_id

STEP = {"id": "plan"}
WAYS = [{"to_node": "plan"}]


def node(**more: Any) -> dict[str, Any]:
    return STEP | more


def said(nodes: Any, edges: Any = WAYS) -> list[str]:
    return [str(flaw) for flaw in check_definition(nodes, edges).flaws]


def test_what_is_left_out_has_a_default_and_one_spelling_is_kept() -> None:
    found = check_definition(
        [{"id": "plan", "type": "swarm"}, {"id": "b", "name": " B  b ", "node_type": "single"}],
        [
            {"from_node": "plan", "to_node": "b", "priority": 5},
            {"to_node": "plan"},
            {"from_node": "b"},
        ],
    )
    assert found.flaws == []
    assert found.nodes[0] == {
        "id": "plan",
        "name": "plan",
        "node_type": "swarm",
        "prompt_template": "",
        "config": {},
    }
    assert found.nodes[1]["name"] == "B b"
    assert [(e["from_node"], e["to_node"], e["priority"]) for e in found.edges] == [
        ("plan", "b", 5),
        ("__start__", "plan", 100),
        ("b", "__end__", 100),
    ]


def test_a_cycle_is_legal() -> None:
    ways = [*WAYS, {"from_node": "plan", "to_node": "b"}, {"from_node": "b", "to_node": "plan"}]
    assert said([STEP, {"id": "b"}], ways) == []


@pytest.mark.parametrize(
    ("id", "fine"),
    [
        ("a-b_1", True),
        ("a" * 100, True),
        ("7", True),
        ("-a", False),
        ("a_", False),
        ("a/", False),
        ("", False),
        ("a" * 101, False),
        ("a\n", False),
        ("ä", False),
        ("__start__", False),
    ],
)
def test_ids(id: str, fine: bool) -> None:
    assert (flaw_of_id(id) == "") is fine


@pytest.mark.parametrize(
    ("nodes", "edges", "flaw"),
    [
        ({"id": "plan"}, WAYS, "The nodes are a list."),
        ([STEP, "b"], WAYS, "Node 2: it is no object but a text."),
        ([STEP, {"name": "b"}], WAYS, "Node 2: it has no id."),
        ([STEP, STEP], WAYS, "Node 2: its id 'plan' is already that of node 1."),
        ([STEP, {"id": "b"}], WAYS, "Node 2: no way leads to it from the start."),
        (
            [node(node_type="queue")],
            WAYS,
            "Node 1: its kind is one of single, parallel, swarm, not",
        ),
        ([node(type="swarm", node_type="single")], WAYS, "Node 1: it has both type and node_type"),
        ([node(promt="x")], WAYS, "Node 1: 'promt' is not known here; what is: id, name"),
        ([node(name=["x"])], WAYS, "Node 1: its name is a text, not a list."),
        ([node(prompt_template="x" * 50_001)], WAYS, "prompt has at most 50,000 characters"),
        ([node(prompt_template="a\0b")], WAYS, "Node 1: its prompt holds a character that no"),
        ([node(prompt_template="a { b")], WAYS, "Node 1: its prompt: Character 3: { opens or"),
        ([node(id="a/b")], WAYS, "Node 1: its id 'a/b' may hold letters without accents"),
        ([node(type="parallel", config={"prompts": ["{"]})], WAYS, "names in braces like {name}."),
        ([node(config=[1])], WAYS, "Node 1: its config is an object."),
        ([node(config={"jion": "all"})], WAYS, "Node 1: its config does not know 'jion'"),
        ([node(config={"join": "both"})], WAYS, "Node 1: join is any or all."),
        ([node(config={"retries": 11})], WAYS, "Node 1: retries is a whole number from 0 to 10."),
        ([node(config={"retries": True})], WAYS, "retries is a whole number"),
        ([node(config={"dedupe": "yes"})], WAYS, "dedupe is true or false."),
        ([node(config={"dedupe_hours": 0})], WAYS, "dedupe_hours is a number of hours"),
        ([node(config={"dedupe_hours": float("nan")})], WAYS, "dedupe_hours is a number of hours"),
        ([node(config={"lease_seconds": 5})], WAYS, "lease_seconds is a whole number from 15"),
        ([node(config={"num_ants": 2})], WAYS, "Node 1: num_ants is for a swarm node only."),
        ([node(type="swarm", config={"num_ants": 21})], WAYS, "num_ants is a whole number from 1"),
        ([node(type="swarm", config={"roles": ["a/b"]})], WAYS, "roles is 1 to 20 words"),
        ([node(type="parallel", config={"prompts": []})], WAYS, "prompts is 1 to 20 texts"),
        ([STEP], [], "No edge leads from __start__, so nothing would run."),
        ([STEP], [*WAYS, {"from_node": "plan", "to_node": "b"}], "Edge 2: 'b' is no node."),
        ([STEP], [*WAYS, {"from_node": "__end__", "to_node": "plan"}], "no way leads from the end"),
        ([STEP], [*WAYS, {"to_node": "__start__"}], "Edge 2: no way leads to the start."),
        ([STEP], [*WAYS, *WAYS], "Edge 2: it stands there twice."),
        ([STEP], [{**WAYS[0], "to": "x"}], "Edge 1: 'to' is not known here"),
        ([STEP], [{**WAYS[0], "priority": "high"}], "Edge 1: its priority is a whole number"),
        (
            [STEP],
            [{**WAYS[0], "condition": "context.pop('a')"}],
            "Edge 1: its condition: Character 1: a call other than .get(key) is not possible here.",
        ),
    ],
)
def test_every_flaw_names_its_place(nodes: Any, edges: Any, flaw: str) -> None:
    assert any(flaw in each for each in said(nodes, edges)), said(nodes, edges)


def test_all_flaws_come_together_in_the_order_of_the_page() -> None:
    edges = [{"from_node": "x", "to_node": "plan", "condition": "("}]
    assert [each.split(":")[0] for each in said([STEP, node(id="-")], edges)] == [
        "No edge leads from __start__, so nothing would run.",
        "Node 2",
        "Edge 1",
        "Edge 1",
    ]


def test_there_is_an_end_to_how_much_is_read() -> None:
    many = [{"id": f"n{i}"} for i in range(MOST_NODES + 1)]
    assert "At most 500 nodes are possible, not 501." in said(many)


@pytest.mark.parametrize(
    ("name", "config", "flaw"),
    [
        ("release", {"max_retries": 2, "lease_seconds": 60}, ""),
        ("  ", {}, "A workflow has a name."),
        ("x" * 201, {}, "A name has at most 200 characters, not 201."),
        ("release", [1], "The settings of the whole are an object of JSON."),
        ("release", {"a": float("nan")}, "The settings of the whole are an object of JSON."),
        ("release", {"a": "x" * 20_001}, "The settings of the whole have at most 20,000"),
        ("release", {"retries": 3, "dedupe": True}, ""),
        ("release", {"lease_seconds": 1}, "lease_seconds is a whole number from 15 to 3,600."),
        ("release", {"join": "all"}, "Settings of the whole: join is a setting of single nodes."),
    ],
)
def test_what_is_said_of_the_whole(name: str, config: Any, flaw: str) -> None:
    found = [str(each) for each in check_whole(name, "", config)]
    assert (found == []) is (flaw == "")
    assert flaw in " ".join(found)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
keys = st.sampled_from(["id", "type", "node_type", "config", "from_node", "to_node", "condition"])
things = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | st.text(max_size=4), inner),
    max_leaves=12,
)


@given(things, things)
@settings(max_examples=200, deadline=None)
def test_whatever_is_said_is_answered(nodes: Any, edges: Any) -> None:
    found = check_definition(nodes, edges)
    if not found.flaws:
        again = check_definition(found.nodes, found.edges)
        assert (again.nodes, again.edges, again.flaws) == (found.nodes, found.edges, [])
        seedjson.dump([found.nodes, found.edges])
    list(check_whole("name", "", nodes))
