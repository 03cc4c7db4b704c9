"""What a definition says, and how far a run of it is: pure, by table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workflows.conductor.definition import END, START, Edge, read_definition
from workflows.conductor.progress import Attempt, chosen, progress_of, times_of

NODES = json.dumps([{"id": "a", "name": "Plan"}, {"id": "b", "type": "swarm"}, {"id": "c"}])
EDGES = [Edge(START, "a"), Edge("a", "b"), Edge("a", "c", "context['x']"), Edge("b", END)]


def attempt(pk: int, node: str, status: str = "completed", **more: Any) -> Attempt:
    known: dict[str, Any] = {"start": float(pk), "end": pk + 0.5, "seconds": 0.5, "tries": 0}
    rest = {"key": str(pk), "name": "", "kind": "", "agent": "", "tokens": None, "error": ""}
    return Attempt(
        pk=pk, node=node, status=status, error_type="", flawed=False, **rest | known | more
    )


@pytest.mark.parametrize(
    ("text", "edges", "flaws"),
    [
        (NODES, EDGES, []),
        ("{nope", [], ["The list of nodes is not readable as JSON."]),
        ('{"a": 1}', [], ["The nodes are no list."]),
        (None, [], []),
        ('[{"name": "x"}]', [], ["Node 1 has no id."]),
        (
            '[{"id": "a"}, {"id": "a"}]',
            [Edge(START, "a")],
            ["2 nodes are called a; the first counts."],
        ),
        ('[{"id": "a"}]', [Edge(START, "z")], ["An edge names z, which is no node."]),
        ('[{"id": "a"}]', [], ["No edge leads from the start, so nothing would run."]),
    ],
)
def test_flaws_of_a_definition(text: str | None, edges: list[Edge], flaws: list[str]) -> None:
    assert list(read_definition(text, edges).flaws) == flaws


def test_both_spellings_of_a_kind_are_read() -> None:
    swarm = {"id": "b", "node_type": "swarm", "config": {"num_ants": 3}}
    text = json.dumps([{"id": "a", "type": "parallel"}, swarm])
    assert [n.words for n in read_definition(text, []).nodes] == ["parallel", "swarm of 3"]


@pytest.mark.parametrize(
    ("attempts", "over", "states"),
    [
        ([], False, ["pending", "pending", "pending"]),
        ([], True, ["not reached", "not reached", "not reached"]),
        ([attempt(1, "a"), attempt(2, "b", "running")], False, ["completed", "running", "pending"]),
        (
            [attempt(1, "a", "failed"), attempt(2, "a")],
            True,
            ["completed", "not reached", "not reached"],
        ),
    ],
)
def test_states_of_nodes(attempts: list[Attempt], over: bool, states: list[str]) -> None:
    progress = progress_of(read_definition(NODES, EDGES), attempts, over=over)
    assert [view.state for view in progress.nodes] == states


@pytest.mark.parametrize(
    ("attempts", "over", "states"),
    [
        ([], False, ["open", "open", "open", "open"]),
        ([attempt(1, "a"), attempt(2, "b")], False, ["taken", "taken", "open", "open"]),
        ([attempt(1, "a"), attempt(2, "b")], True, ["taken", "taken", "dropped", "taken"]),
        # it began before its source had ended, so another way led there
        (
            [attempt(1, "a", end=9.0), attempt(2, "b")],
            True,
            ["taken", "dropped", "dropped", "taken"],
        ),
        # a time that cannot be read decides nothing
        (
            [attempt(1, "a", end=None), attempt(2, "b")],
            True,
            ["taken", "taken", "dropped", "taken"],
        ),
    ],
)
def test_states_of_ways(attempts: list[Attempt], over: bool, states: list[str]) -> None:
    progress = progress_of(read_definition(NODES, EDGES), attempts, over=over)
    assert [way.state for way in progress.ways] == states


def test_what_only_attempts_name_is_shown_as_well() -> None:
    progress = progress_of(read_definition(None, []), [attempt(1, "x", name="Ad hoc")], over=True)
    assert [(v.node.name, v.node.known) for v in progress.nodes] == [("Ad hoc", False)]


def test_a_skipped_node_says_why() -> None:
    skipped = {"c": "context has no x"}
    progress = progress_of(read_definition(NODES, EDGES), [], over=False, skipped=skipped)
    last = progress.nodes[-1]
    assert (last.state, last.trouble) == ("skipped", "context has no x")


def test_attempts_that_a_reset_has_overwritten_count() -> None:
    progress = progress_of(read_definition(NODES, EDGES), [attempt(1, "a", tries=2)], over=True)
    assert progress.nodes[0].tries == 3


@pytest.mark.parametrize(
    ("asked", "states", "node"),
    [
        ("c", ["completed", "running", "failed"], "c"),
        ("", ["completed", "running", "failed"], "b"),
        ("", ["completed", "completed", "failed"], "c"),
        ("", ["completed", "completed", "completed"], "c"),
        ("nobody", ["completed", "running", "failed"], None),
    ],
)
def test_which_node_is_shown(asked: str, states: list[str], node: str | None) -> None:
    attempts = [
        attempt(i, id, state) for i, (id, state) in enumerate(zip("abc", states, strict=True))
    ]
    found = chosen(progress_of(read_definition(NODES, EDGES), attempts, over=False).nodes, asked)
    assert (found.node.id if found else None) == node


T = "2026-01-01T00:00:00+00:00"
LATER = "2026-01-01T00:01:00+00:00"


@pytest.mark.parametrize(
    ("started", "completed", "ms", "took", "flawed"),
    [
        (T, LATER, None, 60.0, False),
        (T, LATER, 1500, 1.5, False),  # what is measured beats what was noted
        (T, None, 1500, 1.5, False),
        (T, None, None, None, False),
        (LATER, T, None, None, True),
        ("yesterday", LATER, None, None, True),
        (T, "soon", 0, None, True),
        (None, None, None, None, False),
    ],
)
def test_times_of_an_attempt(
    started: str | None, completed: str | None, ms: int | None, took: float | None, flawed: bool
) -> None:
    _, _, seconds, nonsense = times_of(started, completed, ms, None)
    assert (seconds, nonsense) == (took, flawed)
