"""What is next: joins, cycles and branches that end (behaviour: elf §5.3). No database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflows.conductor.definition import END, START, Definition, Edge, Node
from workflows.conductor.plan import DONE, LIVE, PASSED, STOPPED, Plan, read_plan


def plan(*ways: str, all: str = "") -> Plan:
    """Ways like ``start>a``, ``a>b``; *all* names the nodes that join all."""
    ends = [way.split(">") for way in ways]
    edges = tuple(
        Edge(START if a == "start" else a, END if b == "end" else b, "false" if no else "")
        for (a, b), no in ((pair, pair[1].startswith("!")) for pair in ends)
        for b in [b.lstrip("!")]
    )
    ids = dict.fromkeys(id for e in edges for id in (e.source, e.target) if id not in (START, END))
    nodes = [Node(id, id, config={"join": "all"} if id in all.split() else {}) for id in ids]
    return Plan(Definition(tuple(nodes), edges))


def due(plan: Plan) -> str:
    return " ".join(each.node.id for each in plan.due())


def walk(plan: Plan, states: dict[str, str] | None = None) -> str:
    """All nodes in the order in which they run, one after another."""
    plan.begin({})
    queue, order = due(plan).split(), []
    while queue:
        node = queue.pop(0)
        order.append(node)
        plan.end(node, (states or {}).get(node, DONE), {})
        queue += due(plan).split()
    assert not plan.live
    return " ".join(order)


def test_all_waits_for_what_is_behind_others():
    assert walk(plan("start>a", "start>b", "b>c", "c>d", "a>j", "d>j", all="j")) == "a b c d j"


def test_all_does_not_wait_for_a_branch_that_is_not_taken():
    assert walk(plan("start>a", "start>b", "a>j", "b>!c", "c>j", all="j")) == "a b j"


def test_all_does_not_wait_for_a_branch_that_failed():
    ways = ("start>a", "start>b", "b>c", "a>j", "c>j")
    assert walk(plan(*ways, all="j"), {"b": STOPPED}) == "a b j"
    assert walk(plan(*ways, all="j"), {"b": PASSED}) == "a b c j"


def test_all_begins_only_where_a_way_was_taken():
    assert walk(plan("start>a", "a>!j", "start>b", "b>!j", all="j")) == "a b"


def test_a_join_in_its_own_cycle_does_not_wait_for_itself():
    assert walk(plan("start>a", "a>b", "b>a", "b>c", all="a b c")) == "a b c"


def test_joins_that_wait_for_each_other():
    ways = ("start>a", "start>b", "a>x", "b>y", "x>y", "y>x")
    assert walk(plan(*ways, all="x y")) == "a b x y"


def test_a_stranger_is_nobody():
    made = plan("start>a", "a>b")
    made = Plan(Definition((made.known["a"],), (*made.definition.edges, Edge("a", "ghost"))))
    made.begin({})
    assert due(made) == "a"
    assert [p.reason for p in made.end("a", DONE, {})] == [
        "no node is called b",
        "no node is called ghost",
    ]


def test_a_plan_comes_back_from_its_marking():
    made = plan("start>a", "start>b", "a>c", all="c")
    made.begin({})
    made.due()
    made.end("a", DONE, {})
    again = read_plan(made.definition, made.marking())
    assert (again.nodes, again.edges) == (made.nodes, made.edges)
    assert read_plan(made.definition, "nonsense").nodes == {}


IDS = [f"n{k}" for k in range(7)]
WAYS = st.lists(
    st.tuples(st.sampled_from(["start", *IDS]), st.sampled_from(["end", *IDS])),
    min_size=1,
    max_size=25,
)


@given(WAYS, st.sets(st.sampled_from(IDS)), st.data())
def test_every_plan_ends_and_no_node_runs_twice(
    ways: list[tuple[str, str]], joins: set[str], data: st.DataObject
):
    made = plan(*(f"{a}>{b}" for a, b in ways), all=" ".join(joins))
    made.begin({})
    live = due(made).split()
    ran = list(live)
    while live:
        node = data.draw(st.sampled_from(live))
        live.remove(node)
        made.end(node, data.draw(st.sampled_from([DONE, PASSED, STOPPED])), {})
        new = due(made).split()
        live += new
        ran += new
        assert {id for id, (state, _) in made.nodes.items() if state == LIVE} == set(live)
    assert len(ran) == len(set(ran))
    # what any join could begin with was begun: nothing that was reached is left over
    targets = {made.definition.edges[n].target for n, s in enumerate(made.edges) if s == "t"}
    assert targets - {END} <= set(ran)


def test_a_way_that_is_not_taken_says_whether_another_may_lead_there():
    made = plan("start>a", "start>b", "a>!c", "b>!c")
    made.begin({})
    made.due()
    assert [p.data.get("may_run") for p in made.end("a", DONE, {})] == [True]
    assert [p.data.get("may_run") for p in made.end("b", DONE, {})] == [None]
