"""Workflows of a line or two, and agents that take their nodes."""

from __future__ import annotations

import json
from typing import Any

from workflows.conductor.models import NodeExecution, Workflow, WorkflowEdge, WorkflowRun
from workflows.conductor.services.nodes import Claim, claim_node, complete_node
from workflows.conductor.services.runs import start_run

Config = dict[str, Any]


def workflow(*ways: str, **nodes: Config) -> Workflow:
    """From ways like ``start>a``, ``a>b if context['x'] > 1 @5`` (its priority), ``b>end``.

    *nodes* adds to a node's JSON, *config* inside of it: ``b={"config": {"join": "all"}}``.
    """
    made = Workflow.objects.create(name=f"release {Workflow.objects.count() + 1}")
    ids: dict[str, None] = {}
    for way in ways:
        ends, _, rest = way.partition(" ")
        source, target = ends.split(">")
        condition, _, priority = rest.removeprefix("if ").partition("@")
        ids |= dict.fromkeys(id for id in (source, target) if id not in {"start", "end", "ghost"})
        WorkflowEdge.objects.create(
            workflow=made,
            from_node="__start__" if source == "start" else source,
            to_node="__end__" if target == "end" else target,
            condition=condition.strip(),
            priority=int(priority or 100),
        )
    written = [
        {"id": id, "name": id, "prompt_template": f"do {id}"} | nodes.get(id, {}) for id in ids
    ]
    made.nodes_json = json.dumps(written)
    made.save()
    return made


def config(**settings: Any) -> Config:
    return {"config": settings}


def begin(*ways: str, input: dict[str, Any] | None = None, **nodes: Config) -> WorkflowRun:
    return start_run(actor="ada", workflow=workflow(*ways, **nodes), input=input)


def take(run: WorkflowRun, agent: str = "ant", **more: Any) -> Claim:
    claim = claim_node(actor=agent, agent_id=agent, run=run, **more)
    assert claim is not None
    return claim


def done(claim: Claim, **more: Any) -> NodeExecution:
    return complete_node(actor="ant", execution=claim.execution, token=claim.token, **more)


def work(run: WorkflowRun, **results: dict[str, Any]) -> list[str]:
    """An agent does all that it can get, with a result for each node; the order it was given."""
    order = []
    while claim := claim_node(actor="ant", agent_id="ant", run=run) if running(run) else None:
        order.append(claim.execution.node_id)
        done(claim, result=results.get(claim.execution.node_id))
    return order


def running(run: WorkflowRun) -> bool:
    return bool(WorkflowRun.objects.get(pk=run.pk).status == "running")


def after(run: WorkflowRun) -> tuple[str, int, int, int]:
    """Status, nodes that were started, that were completed, that failed."""
    row = WorkflowRun.objects.get(pk=run.pk)
    return row.status, row.total_nodes, row.completed_nodes, row.failed_nodes


def decided(run: WorkflowRun, kind: str) -> list[str]:
    rows = run.decisions.filter(decision_type=kind).order_by("pk")
    return [f"{json.loads(row.decision_data).get('node_id', '')}: {row.reason}" for row in rows]
