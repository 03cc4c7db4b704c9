"""Runs made from runs: replay, retry, clone; and a node that is reset (behaviour: elf §5.5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.timeline.models import TimelineEvent
from game.players.models import User
from tests.factories import make
from tests.workflows.conductor.test_races import together
from workflows.conductor.models import NodeExecution, Workflow, WorkflowEdge, WorkflowRun
from workflows.conductor.services import after, definitions, nodes, planning, runs

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

EDGES = "__start__>A A>B B>C C>__end__"


def workflow(ids: str = "A B C", edges: str = EDGES, **configs: Any) -> Workflow:
    """``edges``: ``from>to`` or ``from>to?condition``, a word each."""
    made = [
        {"id": id, "name": id, "prompt_template": f"do {id}", "config": configs.get(id, {})}
        for id in ids.split()
    ]
    ways = []
    for word in edges.split():
        ends, _, condition = word.partition("?")
        source, _, target = ends.partition(">")
        ways.append({"from_node": source, "to_node": target, "condition": condition})
    return definitions.save_workflow(actor="stan", name="fail", nodes=made, edges=ways)


def work(run: WorkflowRun, node: str, **result: Any) -> NodeExecution:
    """Claim *node* and complete it, or fail it with ``error=``."""
    claim = nodes.claim_node(actor="a", agent_id="ant-1", run=run, node=node)
    assert claim is not None
    if "error" in result:
        return nodes.fail_node(
            actor="a", execution=claim.execution, token=claim.token, message=result["error"]
        )
    return nodes.complete_node(
        actor="a", execution=claim.execution, token=claim.token, result=result, text=f"{node} done"
    )


def failed_run(**more: Any) -> WorkflowRun:
    """A was completed with v_A 1, B failed, C was not reached."""
    run = runs.start_run(actor="ada", workflow=workflow(**more))
    work(run, "A", v_A=1)
    work(run, "B", error="boom")
    run.refresh_from_db()
    assert run.status == "failed"
    return run


def states_of(run: WorkflowRun) -> dict[str, str]:
    rows = run.executions.filter(whole=None).order_by("pk")
    return dict(rows.values_list("node_id", "status"))


def counted(run: WorkflowRun) -> tuple[str, int, int, int]:
    run.refresh_from_db()
    return run.status, run.total_nodes, run.completed_nodes, run.failed_nodes


def test_a_replay_waits_with_the_context_at_its_start() -> None:
    """Row C22."""
    run = failed_run()
    made = after.replay_run(actor="stan", run=run, from_node="B", begin=False)
    assert made.workflow_name == "replay-fail-from-B"
    assert (made.status, made.phase, made.relation) == ("pending", "replay", "replay")
    assert json.loads(made.input_json) == {"v_A": 1}
    assert made.parent == run
    assert made.requested_by == "stan"
    assert made.version == run.version
    decision = made.decisions.get(decision_type="replay")
    assert json.loads(decision.decision_data)["original_run_id"] == run.pk


def test_a_replay_really_runs_and_keeps_what_came_before() -> None:
    run = failed_run()
    made = after.replay_run(actor="stan", run=run, from_node="B")
    assert states_of(made) == {"A": "completed", "B": "pending"}
    kept = made.executions.get(node_id="A")
    assert kept.reused_from == run.executions.get(node_id="A")
    assert kept.result_text == "A done"
    assert kept.token_count is None, "nothing was spent a second time"
    work(made, "B", v_B=2)
    work(made, "C")
    assert counted(made) == ("completed", 3, 3, 0)
    assert json.loads(made.output_json) == {"v_A": 1, "v_B": 2}
    assert counted(run) == ("failed", 2, 1, 1), "the original stays as it was"


def test_a_plan_says_what_is_kept_and_what_runs_again_and_writes_nothing() -> None:
    run = failed_run()
    plan = planning.plan_replay(run, "B").as_dict()
    assert plan == {
        "original_run_id": run.pk,
        "from_node": "B",
        "total_nodes": 3,
        "nodes_to_skip": ["A"],
        "nodes_to_replay": ["B"],
        "nodes_that_may_follow": ["C"],
        "context_at_start": {"v_A": 1},
    }
    assert WorkflowRun.objects.count() == 1


def test_a_replay_from_the_start_keeps_nothing() -> None:
    made = after.replay_run(actor="stan", run=failed_run())
    assert states_of(made) == {"A": "pending"}
    assert made.workflow_name == "replay-fail-from-start"


def test_a_replay_of_a_replay_walks_the_way_with_the_first_input() -> None:
    edges = "__start__>A A>B?context['go']==1 B>C"
    run = runs.start_run(actor="ada", workflow=workflow(edges=edges), input={"go": 1})
    work(run, "A", v=1)
    work(run, "B", go=2)  # the way from A to B would be closed with what B left behind
    work(run, "C")
    first = after.replay_run(actor="stan", run=run, from_node="C")
    assert json.loads(first.input_json) == {"go": 2, "v": 1}
    work(first, "C")
    first.refresh_from_db()
    second = after.replay_run(actor="stan", run=first, from_node="C")
    assert states_of(second) == {"A": "completed", "B": "completed", "C": "pending"}
    origin = second.executions.get(node_id="A").reused_from
    assert origin == run.executions.get(node_id="A"), "the execution that did the work"


def test_another_branch_is_kept_even_if_it_ended_later() -> None:
    run = runs.start_run(
        actor="ada",
        workflow=workflow("A B J", "__start__>A __start__>B A>J B>J", J={"join": "all"}),
    )
    work(run, "A", a=1)
    work(run, "B", b=1)
    work(run, "J")
    made = after.replay_run(actor="stan", run=run, from_node="A")
    assert states_of(made) == {"B": "completed", "A": "pending"}
    work(made, "A", a=2)
    work(made, "J")
    assert counted(made) == ("completed", 3, 3, 0)


def test_what_began_with_a_failed_node_is_kept_though_a_way_leads_from_it() -> None:
    run = runs.start_run(actor="ada", workflow=workflow("A B", "__start__>A __start__>B A>B"))
    work(run, "B")
    work(run, "A", error="boom")
    made = after.retry_failed(actor="stan", run=run).run
    assert made is not None
    assert states_of(made) == {"B": "completed", "A": "pending"}


def test_a_replay_of_a_replay_runs_what_follows_again() -> None:
    run = runs.start_run(actor="ada", workflow=workflow())
    for node in "ABC":
        work(run, node)
    first = after.replay_run(actor="stan", run=run, from_node="C")
    work(first, "C")
    assert planning.plan_replay(first, "A").again.kept == ()
    assert planning.plan_replay(first, "B").again.kept == ("A",)


def test_a_node_before_a_cycle_closes_is_kept() -> None:
    run = runs.start_run(actor="ada", workflow=workflow("A B", "__start__>A A>B B>A"))
    work(run, "A")
    work(run, "B")
    assert planning.plan_replay(run, "B").again.kept == ("A",)


@pytest.mark.parametrize(
    ("node", "code"), [("Z", "not_found"), ("C", "not_reached")], ids=["stranger", "unreached"]
)
def test_a_node_that_cannot_be_replayed_is_named(node: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        planning.plan_replay(failed_run(), node)
    assert refused.value.code == code


def test_a_run_under_way_is_cloned_but_not_run_again() -> None:
    run = runs.start_run(actor="ada", workflow=workflow())
    with pytest.raises(Refused) as refused:
        planning.plan_replay(run, "A")
    assert refused.value.code == "not_over"
    assert after.clone_run(actor="stan", run=run).status == "running"


def test_a_retry_runs_what_failed_and_keeps_the_rest() -> None:
    run = failed_run()
    dry = after.retry_failed(actor="stan", run=run, dry_run=True)
    assert (dry.run, [each["node_id"] for each in dry.nodes]) == (None, ["B"])
    assert dry.nodes[0]["prompt"] == "do B"
    done = after.retry_failed(actor="stan", run=run)
    assert done.run is not None
    assert (done.message, done.run.relation) == ("1 failed node runs again", "retry")
    assert states_of(done.run) == {"A": "completed", "B": "pending"}
    assert done.run.workflow_name == "replay-fail-from-start"
    told = TimelineEvent.objects.get(verb="run_retried")
    assert (told.subject_type, told.subject_id) == ("workflow_runs", str(run.pk))
    assert told.summary == f"run {run.pk} retried as run {done.run.pk} by stan"


def test_a_run_without_failures_has_nothing_to_retry() -> None:
    """Row C23."""
    run = runs.start_run(actor="ada", workflow=workflow("A", "__start__>A"))
    work(run, "A")
    done = after.retry_failed(actor="stan", run=run)
    assert (done.message, done.nodes, done.run) == ("No failed nodes to retry", [], None)
    assert WorkflowRun.objects.count() == 1


def test_a_second_retry_waits_for_the_first() -> None:
    run = failed_run()
    first = after.retry_failed(actor="stan", run=run).run
    with pytest.raises(Refused, match=f"Run {first.pk} retries it already"):  # type: ignore[union-attr]
        after.retry_failed(actor="mira", run=run)
    runs.cancel_run(actor="stan", run=first, reason="")  # type: ignore[arg-type]
    assert after.retry_failed(actor="mira", run=run).run


def test_what_went_on_without_a_failed_node_runs_again_after_it() -> None:
    run = runs.start_run(actor="ada", workflow=workflow(B={"continue_on_failure": True}))
    work(run, "A")
    work(run, "B", error="boom")
    work(run, "C")
    run.refresh_from_db()
    plan = planning.plan_retry(run)
    assert plan is not None
    assert (plan.again.kept, plan.again.begins, plan.again.later) == (("A",), ("B",), ("C",))


def test_a_clone_honours_its_changes() -> None:
    """Row C25; the original ignored ``context`` and ``skip_nodes``."""
    run = failed_run()
    changes = {"input": {"z": 1}, "context": {"hint": "x"}, "skip_nodes": ["B"]}
    made = after.clone_run(actor="stan", run=run, changes=changes)
    assert (made.workflow_name, made.phase) == ("clone-fail", "init")
    assert json.loads(made.input_json) == {"z": 1}
    claim = nodes.claim_node(actor="a", agent_id="ant-1", run=made)
    assert claim is not None
    assert claim.context == {"z": 1, "hint": "x"}
    nodes.complete_node(actor="a", execution=claim.execution, token=claim.token)
    assert states_of(made) == {"B": "skipped", "A": "completed", "C": "pending"}
    work(made, "C")
    assert counted(made) == ("completed", 2, 2, 0)
    again = after.clone_run(actor="stan", run=made, changes={"input": {"z": 2}})
    assert json.loads(again.input_json) == {"z": 2, "hint": "x"}, "a clone's clone keeps both"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "completed"}, "bad_changes"),
        ({"input": [1]}, "bad_input"),
        ({"context": "x"}, "bad_context"),
        ({"skip_nodes": "B"}, "bad_skip_nodes"),
        ({"skip_nodes": ["Z"]}, "not_found"),
        ({"latest": 1}, "bad_latest"),
    ],
)
def test_bad_changes_are_named(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        after.clone_run(actor="stan", run=failed_run(), changes=changes)
    assert refused.value.code == code


def test_a_clone_may_take_todays_definition() -> None:
    run = failed_run()
    old = run.workflow
    assert old is not None
    definitions.save_workflow(
        actor="stan", workflow=old, name="fail", nodes=[{"id": "X"}],
        edges=[{"from_node": "__start__", "to_node": "X"}],
    )  # fmt: skip
    assert states_of(after.clone_run(actor="stan", run=run)) == {"A": "pending"}
    latest = after.clone_run(actor="stan", run=run, changes={"latest": True})
    assert states_of(latest) == {"X": "pending"}


def test_a_reset_node_waits_again_and_the_counters_follow() -> None:
    """Row C26."""
    run = runs.start_run(actor="ada", workflow=workflow("A B", "__start__>A __start__>B"))
    work(run, "B", b=1)
    assert counted(run) == ("running", 1, 1, 0)
    row = after.reset_node(actor="stan", run=run, node="B")
    assert (row.status, row.retry_count, row.result_text) == ("pending", 1, None)
    assert run.decisions.filter(decision_type="reset_node").count() == 1
    assert counted(run) == ("running", 0, 0, 0)
    work(run, "B", b=2)
    work(run, "A")
    assert counted(run) == ("completed", 2, 2, 0)
    assert json.loads(run.output_json) == {"b": 2}
    with pytest.raises(Refused, match="Replay it from that node"):
        after.reset_node(actor="stan", run=run, node="B")


def test_a_reset_takes_a_node_from_its_agent() -> None:
    run = runs.start_run(actor="ada", workflow=workflow("A", "__start__>A"))
    claim = nodes.claim_node(actor="a", agent_id="ant-1", run=run)
    assert claim is not None
    after.reset_node(actor="stan", run=run, node="A")
    with pytest.raises(Refused):
        nodes.complete_node(actor="a", execution=claim.execution, token=claim.token)
    work(run, "A")
    assert counted(run) == ("completed", 1, 1, 0)


def test_a_reset_swarm_is_done_by_all_of_its_parts_again() -> None:
    swarm = {"id": "S", "type": "swarm", "prompt_template": "look", "config": {"num_ants": 2}}
    made = definitions.save_workflow(
        actor="stan", name="swarm", nodes=[swarm, {"id": "A"}],
        edges=[{"from_node": "__start__", "to_node": id} for id in ("S", "A")],
    )  # fmt: skip
    run = runs.start_run(actor="ada", workflow=made)
    for _ in range(2):
        work(run, "S")
    assert counted(run) == ("running", 1, 1, 0)
    after.reset_node(actor="stan", run=run, node="S")
    assert counted(run) == ("running", 0, 0, 0)
    for _ in range(2):
        work(run, "S")
    work(run, "A")
    assert counted(run) == ("completed", 2, 2, 0)


@pytest.mark.parametrize(("node", "code"), [("Z", "not_found"), ("A", "wrong_state")])
def test_what_has_not_begun_or_waits_is_not_reset(node: str, code: str) -> None:
    run = runs.start_run(actor="ada", workflow=workflow())
    with pytest.raises(Refused) as refused:
        after.reset_node(actor="stan", run=run, node=node)
    assert refused.value.code == code


def test_who_steers_a_run() -> None:
    people = {role: User.objects.create_user(role, role=role) for role in ("member", "steward")}
    other = User.objects.create_user("other", role="member")
    run = runs.start_run(actor=people["member"], workflow=workflow())
    work(run, "A")
    with pytest.raises(Refused) as refused:
        after.reset_node(actor=other, run=run, node="A")
    assert refused.value.status == 403
    for person in people.values():
        assert after.reset_node(actor=person, run=run, node="A").status == "pending"
        work(run, "A")


def test_a_run_of_another_program_is_replayed_as_ours() -> None:
    source = make(Source)
    made = Workflow.objects.create(
        name="theirs", origin=source, origin_key="7",
        nodes_json=json.dumps([{"id": "A", "type": "single"}, {"id": "B"}]),
    )  # fmt: skip
    for a, b in (("__start__", "A"), ("A", "B")):
        WorkflowEdge.objects.create(
            workflow=made, from_node=a, to_node=b, origin=source, origin_key=b
        )
    run = WorkflowRun.objects.create(
        workflow=made, workflow_name="theirs", status="running", origin=source, origin_key="9"
    )
    NodeExecution.objects.create(
        run=run, node_id="A", status="completed", result_json='{"a": 1}', origin=source,
        origin_key="1",
    )  # fmt: skip
    NodeExecution.objects.create(
        run=run, node_id="B", status="failed", origin=source, origin_key="2"
    )
    done = after.retry_failed(actor="stan", run=run)
    assert done.run is not None
    assert done.run.origin is None
    assert states_of(done.run) == {"A": "completed", "B": "pending"}
    assert done.run.version is not None


def test_an_ad_hoc_run_says_why_not() -> None:
    run = WorkflowRun.objects.create(workflow_name="task-1", status="failed")
    NodeExecution.objects.create(run=run, node_id="A", status="failed")
    for act in (
        lambda: after.retry_failed(actor="stan", run=run),
        lambda: after.replay_run(actor="stan", run=run, from_node="A"),
        lambda: after.clone_run(actor="stan", run=run, changes={}),
    ):
        with pytest.raises(Refused, match="no workflow here"):
            act()


@pytest.mark.django_db(transaction=True)
def test_of_four_that_retry_at_once_one_does() -> None:
    run = failed_run()
    got = together(4, lambda n: after.retry_failed(actor=f"person-{n}", run=run))
    refused = [each.code for each in got if isinstance(each, Refused)]
    assert refused == ["retried"] * 3
    assert run.children.count() == 1
