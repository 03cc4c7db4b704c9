"""Runs: started, steered, and made anew from one that is over."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic import Field

from elfsite.api.area import INTEGER_MOST, Answer, Body, Line, adds
from elfsite.api.caller import caller_of
from elfsite.api.rows import answer, created, load, plain
from workflows.conductor import comparing
from workflows.conductor.access import only_steerers
from workflows.conductor.api.shared import Object, Why, area, read_json, run_of
from workflows.conductor.models import Workflow, WorkflowRun
from workflows.conductor.services import after, planning, runs

NODES_SHOWN, DECISIONS_SHOWN = 1000, 200  # of one run in one answer; the tables have all
NODE_COLUMNS = (
    *("id", "node_id", "node_name", "node_type", "status", "agent_id", "session_id", "attempt"),
    *("retry_count", "wave", "whole_id", "part", "reused_from_id", "started_at", "completed_at"),
    *("lease_until", "duration_ms", "token_count", "error_type", "error_message"),
)
DECISION_COLUMNS = ("id", "decision_type", "decision_data", "reason", "created_at")


def nodes_of(run: WorkflowRun) -> list[Object]:
    """The executions of a run in the order of its waves."""
    rows = run.executions.filter(gone_at__isnull=True).order_by("wave", "priority", "pk")
    return [plain(row) for row in rows.values(*NODE_COLUMNS)[:NODES_SHOWN]]


def decisions_of(run: WorkflowRun) -> list[Object]:
    """Why nodes ran or did not, the newest first."""
    rows = run.decisions.filter(gone_at__isnull=True).order_by("-pk").values(*DECISION_COLUMNS)
    return [
        plain({**row, "decision_data": read_json(row["decision_data"])})
        for row in rows[:DECISIONS_SHOWN]
    ]


adds("workflow_runs", "nodes", nodes_of, alone=True,
     about=f"Its executions by wave, at most {NODES_SHOWN:,}.")  # fmt: skip
adds("workflow_runs", "decisions", decisions_of, alone=True,
     about=f"Why nodes ran or did not, the newest {DECISIONS_SHOWN}.")  # fmt: skip


class NewRun(Body):
    """A run of a workflow: ``input`` becomes its context."""

    workflow_id: Annotated[int, Field(ge=1, le=INTEGER_MOST)]
    input: Object = {}
    phase: Line = "init"
    begin: bool = True


class Phase(Body):
    """Where a run stands, in a word."""

    phase: Line


class Replay(Body):
    """From which node on; "" is the start. A dry run answers with the plan alone."""

    from_node: Line = ""
    begin: bool = True
    dry_run: bool = False


class Retry(Body):
    """A dry run only lists what would run again."""

    dry_run: bool = False


class Changes(Body):
    """What a clone has that its original had not. ``latest``: today's definition."""

    input: Object = {}
    context: Object = {}
    skip_nodes: Annotated[list[Line], Field(max_length=1000)] = []
    latest: bool = False
    begin: bool = True


class Reset(Body):
    """The node that shall wait once more."""

    node: Line


class Retried(Answer):
    """What runs again. ``run_id`` is the new run, null for a dry run or where nothing failed."""

    message: str
    nodes: list[Object]
    run_id: int | None
    plan: Object | None


class Compared(Answer):
    """Two runs node by node; seconds and tokens are right minus left."""

    left: Object
    right: Object
    totals: list[Object]
    nodes: list[Object]
    context: list[Any]
    input: list[Any]
    notes: list[str]


@area.post("/workflow-runs", scope="run", status=201, answer="workflow_runs")
def start(request: HttpRequest, body: NewRun) -> HttpResponse:
    """Start a run of a workflow.

    Its first nodes wait for agents from then on. With ``begin`` false it stays pending.
    """
    caller = caller_of(request)
    workflow: Workflow = load("workflows", body.workflow_id, caller)
    make = runs.start_run if body.begin else runs.create_run
    run = make(actor=caller.person, workflow=workflow, input=body.input, phase=body.phase)
    return created("workflow_runs", run.pk, caller)


@area.post("/workflow-runs/{int:pk}/begin", scope="run", answer="workflow_runs")
def begin(request: HttpRequest, pk: int) -> Object:
    """Begin a pending run.

    For stewards and whoever asked for it.
    """
    caller = caller_of(request)
    run = run_of(pk, caller)
    only_steerers(caller.person, run)
    runs.begin_run(actor=caller.person, run=run)
    return answer("workflow_runs", pk, caller)


@area.post("/workflow-runs/{int:pk}/cancel", scope="run", answer="workflow_runs")
def cancel(request: HttpRequest, pk: int, body: Why) -> Object:
    """End a run now.

    For stewards and whoever asked for it. Agents that hold a node of it are told at their next
    word.
    """
    caller = caller_of(request)
    run = run_of(pk, caller)
    only_steerers(caller.person, run)
    runs.cancel_run(actor=caller.person, run=run, reason=body.reason)
    return answer("workflow_runs", pk, caller)


@area.post("/workflow-runs/{int:pk}/phase", scope="run", answer="workflow_runs")
def set_phase(request: HttpRequest, pk: int, body: Phase) -> Object:
    """Say in which phase a run is.

    For stewards and whoever asked for it.
    """
    caller = caller_of(request)
    run = run_of(pk, caller)
    only_steerers(caller.person, run)
    runs.set_phase(actor=caller.person, run=run, phase=body.phase)
    return answer("workflow_runs", pk, caller)


@area.post("/workflow-runs/{int:pk}/replay", scope="run", status=201, answer="workflow_runs")
def replay(request: HttpRequest, pk: int, body: Replay) -> HttpResponse:
    """Run again from a node on, in a new run that keeps what came before it.

    A dry run answers with ``plan``: what is kept, what begins, what may follow.
    """
    caller = caller_of(request)
    run = run_of(pk, caller)
    if body.dry_run:
        return JsonResponse({"plan": planning.plan_replay(run, body.from_node).as_dict()})
    made = after.replay_run(
        actor=caller.person, run=run, from_node=body.from_node, begin=body.begin
    )
    return created("workflow_runs", made.pk, caller)


@area.post("/workflow-runs/{int:pk}/retry", scope="run", answer=Retried)
def retry(request: HttpRequest, pk: int, body: Retry) -> Object:
    """Run the failed nodes again, in a new run that keeps every other result."""
    caller = caller_of(request)
    run = run_of(pk, caller)
    return after.retry_failed(actor=caller.person, run=run, dry_run=body.dry_run).as_dict()


@area.post("/workflow-runs/{int:pk}/clone", scope="run", status=201, answer="workflow_runs")
def clone(request: HttpRequest, pk: int, body: Changes) -> HttpResponse:
    """Make a run like this one, with changes."""
    caller = caller_of(request)
    changes = body.model_dump(exclude={"begin"})
    run = run_of(pk, caller)
    made = after.clone_run(actor=caller.person, run=run, changes=changes, begin=body.begin)
    return created("workflow_runs", made.pk, caller)


@area.post("/workflow-runs/{int:pk}/reset", scope="run", answer="workflow_runs")
def reset(request: HttpRequest, pk: int, body: Reset) -> Object:
    """Let a node of a running run wait for an agent once more.

    For stewards and whoever asked for the run. What followed from the node stays.
    """
    caller = caller_of(request)
    after.reset_node(actor=caller.person, run=run_of(pk, caller), node=body.node)
    return answer("workflow_runs", pk, caller)


@area.get("/workflow-runs/{int:pk}/compare/{int:other}", answer=Compared)
def compare(request: HttpRequest, pk: int, other: int) -> Object:
    """Compare two runs node by node: states, time, tokens, findings, results."""
    caller = caller_of(request)
    return comparing.compare(run_of(pk, caller), run_of(other, caller)).as_dict()
