"""What somebody types in the editor, as rows and as text: pure, by table and by round trip."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.conductor.checking import check_definition
from workflows.conductor.draft import Draft, Said, draft_of, fits_form, read_draft, written

POSTED = {
    "name": " release ",
    "mode": "form",
    "seen": "3",
    "do": "save",
    "node-1-id": "plan",
    "node-1-prompt_template": "one\r\ntwo",
    "node-1-retries": "2",
    "node-1-join": "any",
    "node-1-continue_on_failure": "yes",
    "node-1-roles": "left over from another kind",
    "node-7-id": "dig",
    "node-7-node_type": "swarm",
    "node-7-num_ants": "many",
    "node-7-roles": "scout, fixer",
    "edge-2-from_node": "__start__",
    "edge-2-to_node": "plan",
    "edge-2-priority": "5",
    "edge-9-from_node": "plan",
    "node-0-id": "no such row",
    "node-1-id-more": "no such field",
}


def test_a_form_is_read_in_the_order_of_its_numbers() -> None:
    said = read_draft(POSTED).said()
    assert (said.name, read_draft(POSTED).seen) == ("release", 3)
    assert said.nodes == [
        {
            "id": "plan",
            "name": "",
            "node_type": "single",
            "prompt_template": "one\ntwo",
            "config": {"retries": 2, "continue_on_failure": True},
        },
        {
            "id": "dig",
            "name": "",
            "node_type": "swarm",
            "prompt_template": "",
            "config": {"num_ants": "many", "roles": ["scout", "fixer"]},
        },
    ]
    assert said.edges[0] == {
        "from_node": "__start__",
        "to_node": "plan",
        "condition": "",
        "priority": 5,
    }
    assert [str(flaw) for flaw in said.flaws] == [
        "Edge 2: say where it leads: to a node, or __end__."
    ]


@pytest.mark.parametrize(
    ("act", "ids", "ends", "focus"),
    [
        ("add-node", ["plan", "dig", ""], ["plan", ""], "node-3-id"),
        ("add-edge", ["plan", "dig"], ["plan", "", ""], "edge-3-from_node"),
        ("drop-node-1", ["dig"], ["plan", ""], "node-1"),
        ("copy-node-1", ["plan", "plan-2", "dig"], ["plan", ""], "node-2-id"),
        ("copy-edge-1", ["plan", "dig"], ["plan", "plan", ""], "edge-2-to_node"),
        ("drop-edge-2", ["plan", "dig"], ["plan"], "edge-1"),
        ("drop-node-9", ["plan", "dig"], ["plan", ""], ""),
        ("explode", ["plan", "dig"], ["plan", ""], ""),
    ],
)
def test_rows_come_and_go(act: str, ids: list[str], ends: list[str], focus: str) -> None:
    draft = read_draft(POSTED)
    assert draft.act(act) == focus
    assert [row.get("id", "") for row in draft.nodes] == ids
    assert [row.get("to_node", "") for row in draft.edges] == ends


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("{", "The text is no JSON: line 1, column 2:"),
        ("7", "The text is an object of JSON with nodes and edges."),
        ("[" * 100_000, "The text is an object of JSON with nodes and edges."),
        ('{"nodes": [], "edgs": []}', "'edgs' is not known here; what is: name, description"),
        ('[{"id": "\\ud800"}]', "The text escapes half of a character"),
        ('[{"id": "a"}]', ""),
    ],
)
def test_a_text_is_a_definition_or_says_why_not(text: str, flaw: str) -> None:
    said = Draft(mode="text", text=text).said()
    assert flaw in " ".join(map(str, said.flaws))
    assert bool(said.flaws) is bool(flaw)


def test_text_and_form_turn_into_each_other() -> None:
    draft = Draft(
        mode="text", text=json.dumps({"name": "n", "nodes": [{"id": "a", "type": "swarm"}]})
    )
    draft.act("to-form")
    assert (draft.mode, draft.name, draft.nodes[0]["node_type"]) == ("form", "n", "swarm")
    draft.act("to-text")
    assert json.loads(draft.text)["nodes"][0]["id"] == "a"


def test_what_does_not_fit_the_form_stays_text() -> None:
    many = Said("n", "", [{"id": f"n{i}"} for i in range(81)], [], {}, [])
    draft = draft_of(many, 4)
    assert (draft.mode, draft.seen, len(json.loads(draft.text)["nodes"])) == ("text", 4, 81)
    assert draft_of(Said("n", "", "[{nope", [], {}, []), 1).mode == "text"
    draft.act("to-form")
    assert draft.mode == "text"


def test_either_spelling_is_written() -> None:
    said = Said("n", "", [{"id": "a"}], [{"to_node": "a"}], {}, [])
    assert json.loads(written(said))["nodes"][0]["node_type"] == "single"
    assert json.loads(written(said, kind="type"))["nodes"][0]["type"] == "single"


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
configs = st.fixed_dictionaries(
    {},
    optional={
        "join": st.just("all"),
        "retries": st.integers(0, 10),
        "dedupe": st.booleans(),
        "dedupe_hours": st.sampled_from([1, 0.5, 24]),
        "agent_type": st.sampled_from(["general-purpose", "two words"]),
        "unknown": st.integers() | texts,
    },
)
nodes = st.builds(
    lambda id, kind, prompt, config: {
        "id": id, "name": id.upper(), "node_type": kind, "prompt_template": prompt, "config": config
    },
    st.sampled_from("abc"),
    st.sampled_from(["single", "parallel"]),
    texts,
    configs,
)  # fmt: skip
edges = st.builds(
    lambda source, target, condition, priority: {
        "from_node": source, "to_node": target, "condition": condition, "priority": priority
    },
    st.sampled_from(["__start__", "a", "x"]),
    st.sampled_from(["a", "b", "__end__"]),
    texts.map(str.strip),
    st.integers(-5, 500),
)  # fmt: skip


@given(st.lists(nodes, max_size=3), st.lists(edges, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_form_loses_nothing_of_a_definition(nodes: list[Any], edges: list[Any]) -> None:
    draft = draft_of(Said("n", "", nodes, edges, {}, []), 1)
    assert draft.mode == "form"
    said = draft.said()
    assert (said.nodes, said.edges) == (nodes, edges)
    assert fits_form(nodes, edges)


@given(st.lists(nodes, max_size=3), st.lists(edges, max_size=3))
@settings(max_examples=50, deadline=None)
def test_a_text_loses_nothing_of_a_definition(nodes: list[Any], edges: list[Any]) -> None:
    said = Draft(mode="text", text=written(Said("n", "", nodes, edges, {}, []))).said()
    checked = check_definition(nodes, edges)
    if checked.flaws:
        assert (said.nodes, said.edges) == (nodes, edges)
    else:
        assert (said.nodes, said.edges) == (checked.nodes, checked.edges)
