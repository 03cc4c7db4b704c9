"""What running again keeps and begins, over random graphs and random fates."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from workflows.conductor.again import Again, Past, foresee, to_repeat
from workflows.conductor.definition import END, START, Definition, Edge, Node
from workflows.conductor.plan import DONE, STOPPED, Plan

IDS = "abcdef"
WAYS = st.lists(
    st.tuples(st.sampled_from([START, *IDS]), st.sampled_from([*IDS, END])),
    min_size=1,
    max_size=14,
    unique=True,
)


def definition(ways: list[tuple[str, str]], joins: set[str]) -> Definition:
    nodes = tuple(Node(id, id, config={"join": "all"} if id in joins else {}) for id in IDS)
    return Definition(nodes, tuple(Edge(source, target) for source, target in ways))


def run_of(graph: Definition, failing: set[str], data: st.DataObject) -> dict[str, Past]:
    """What became of each node where agents end nodes in any order and *failing* fail."""
    plan, past = Plan(graph), {}
    plan.begin({})
    live: list[str] = []
    for step in count():
        for each in plan.due():
            id = each.node.id
            live.append(id)
            past[id] = Past(id, len(past) + 1, step, completed=False)
        if not live:
            return past
        id = live.pop(data.draw(st.integers(0, len(live) - 1)))
        failed = id in failing
        past[id] = replace(past[id], completed=not failed, failed=failed, result={id: 1})
        plan.end(id, STOPPED if failed else DONE, {})
    raise AssertionError("a plan ends")


def replay(graph: Definition, past: dict[str, Past], wanted: set[str]) -> Again:
    return foresee(graph, past, {}, repeat=to_repeat(graph, past, wanted))


def retry(graph: Definition, past: dict[str, Past]) -> Again:
    failed = {id for id, each in past.items() if each.failed}
    return foresee(graph, past, {}, repeat=failed)


@given(WAYS, st.sets(st.sampled_from(IDS)), st.sets(st.sampled_from(IDS)), st.data())
def test_a_retry_begins_with_what_failed_and_keeps_only_what_was_completed(
    ways: list[tuple[str, str]], joins: set[str], failing: set[str], data: st.DataObject
) -> None:
    graph = definition(ways, joins)
    past = run_of(graph, failing, data)
    failed = {id for id, each in past.items() if each.failed}
    plan = retry(graph, past)
    assert set(plan.kept) <= {id for id, each in past.items() if each.completed}
    assert not set(plan.kept) & set(plan.begins)
    assert set(plan.context) == set(plan.kept), "each kept result, and no other"
    assert bool(plan.begins) == bool(failed)
    assert set(plan.begins) <= failed
    assert not plan.unreached
    groups = [*plan.kept, *plan.begins, *plan.later, *plan.unreached]
    assert len(groups) == len(set(groups)), "a node is one of these"


@given(WAYS, st.sets(st.sampled_from(IDS)), st.data())
def test_every_node_that_ran_can_be_replayed(
    ways: list[tuple[str, str]], joins: set[str], data: st.DataObject
) -> None:
    graph = definition(ways, joins)
    past = run_of(graph, set(), data)
    for id, each in past.items():
        plan = replay(graph, past, {id})
        assert id in plan.begins
        earlier = {other for other, its in past.items() if its.first < each.first}
        assert earlier <= set(plan.kept), "what began before it is kept"


def test_a_retry_keeps_what_another_way_led_to_unless_it_joins_all() -> None:
    ways = [(START, "a"), (START, "b"), ("a", "c"), ("b", "c"), ("a", "d")]
    past = {id: Past(id, n, n, completed=id != "a", failed=id == "a") for n, id in enumerate("abc")}
    any = retry(definition(ways, set()), past)
    assert (any.begins, any.kept, any.later) == (("a",), ("b", "c"), ("d", "e", "f"))
    all = retry(definition(ways, {"c"}), past)
    assert (all.begins, all.kept, all.later) == (("a",), ("b",), ("c", "d", "e", "f"))


def test_only_what_began_later_and_can_be_reached_runs_again() -> None:
    graph = definition([(START, "a"), ("a", "b"), ("b", "a"), (START, "c"), ("b", "d")], set())
    past = {id: Past(id, n, n, completed=True) for n, id in enumerate("acbd", 1)}
    assert to_repeat(graph, past, {"b"}) == {"b", "d"}
    assert to_repeat(graph, past, {"c"}) == {"c"}


def test_conditions_are_asked_in_the_order_of_the_way() -> None:
    """B overwrites what opened the way to it; with all results at once it would be closed."""
    edges = (Edge(START, "a"), Edge("a", "b", "context['x'] == 1"), Edge("b", "c"))
    graph = Definition(tuple(Node(id, id) for id in "abc"), edges)
    past = {
        "a": Past("a", 1, 1, completed=True, result={"x": 1}),
        "b": Past("b", 2, 2, completed=True, result={"x": 2}),
        "c": Past("c", 3, 3, completed=False, failed=True),
    }
    plan = replay(graph, past, {"c"})
    assert (plan.kept, plan.begins, plan.context) == (("a", "b"), ("c",), {"x": 2})


def test_nodes_left_out_count_as_passed() -> None:
    graph = definition([(START, "a"), ("a", "b"), ("b", "c")], set())
    plan = foresee(graph, {}, {"n": 1}, skip=("a", "b"))
    assert (plan.left_out, plan.begins, plan.context) == (("a", "b"), ("c",), {"n": 1})
