"""After the fact: a run is made anew from another one, and a node of a running run is reset.

A new run names its parent and runs the same version of the definition. Results that are kept
stand in it as executions that name where they come from (behaviour: elf §5.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins import seedjson
from elfsite.timeline.log import shorten, write
from workflows.conductor import states
from workflows.conductor.access import only_steerers
from workflows.conductor.models import ConductorDecision, NodeExecution, WorkflowRun
from workflows.conductor.prompts import TemplateError, prompt_hash, render
from workflows.conductor.services.driving import TOPIC, Drive
from workflows.conductor.services.planning import (
    Repeat,
    changes_of,
    plan_clone,
    plan_replay,
    plan_retry,
)
from workflows.conductor.services.runs import begin_run, create_run

PROMPT_SHOWN = 200  # characters of a prompt in a list of failed nodes (behaviour: elf §5.5)
NAMED = 5  # nodes named in a sentence
DONE_TO = {"replay": "replayed", "retry": "retried", "clone": "cloned"}
NOTHING_FAILED = "No failed nodes to retry"
TAKEN = (
    *("node_id", "node_name", "node_type", "agent_id", "session_id", "prompt", "prompt_hash"),
    *("result_json", "result_text", "findings_json", "files_modified"),
)


@dataclass(frozen=True)
class Retried:
    """What ``retry_failed`` did or, in a dry run, would do; *run* is None where it made none."""

    message: str
    nodes: list[dict[str, Any]]
    run: WorkflowRun | None = None
    plan: Repeat | None = None

    def as_dict(self) -> dict[str, Any]:
        plan = self.plan.as_dict() if self.plan else None
        run = self.run.pk if self.run else None
        return {"message": self.message, "nodes": self.nodes, "run_id": run, "plan": plan}


def replay_run(
    *, actor: Any, run: WorkflowRun, from_node: str = "", begin: bool = True
) -> WorkflowRun:
    """Make a run that keeps what came before *from_node* ("" is the start), and begin it unless
    told otherwise.

    Its input is the context at its start, its phase ``replay`` (row C22). Raises Refused as
    ``plan_replay`` does.
    """
    with write(actor):
        plan = plan_replay(run, from_node)
        made = _make(actor, plan, f"replay-{plan.workflow.name}-from-{from_node or 'start'}")
        _decide(made, "replay", plan, f"asked for by {made.requested_by}")
        return begin_run(actor=actor, run=made) if begin else made


def retry_failed(*, actor: Any, run: WorkflowRun, dry_run: bool = False) -> Retried:
    """Run the failed nodes of *run* again, and what may depend on them, in a new run that keeps
    every other result. A dry run only lists (row C23).

    Raises Refused 409 as a replay does, and while another retry of the run is under way.
    """
    with write(actor):
        if not dry_run:  # of two that press at once the second finds the first one's run
            WorkflowRun.objects.select_for_update(of=("self",)).filter(pk=run.pk).first()
        plan = plan_retry(run)
        if plan is None:
            return Retried(NOTHING_FAILED, [])
        nodes = _failures(plan)
        if dry_run:
            return Retried(f"{_count(nodes)} would run again", nodes, None, plan)
        _alone(run)
        made = _make(actor, plan, f"replay-{plan.workflow.name}-from-start")
        failed = [each["node_name"] for each in nodes]
        _decide(made, "retry", plan, f"{_listed(failed)} failed in run {run.pk}")
        begun = begin_run(actor=actor, run=made)
        return Retried(
            f"{_count(nodes)} run{'s' if len(nodes) == 1 else ''} again", nodes, begun, plan
        )


def clone_run(
    *, actor: Any, run: WorkflowRun, changes: Mapping[str, Any] | None = None, begin: bool = True
) -> WorkflowRun:
    """Make a run like *run*, with *changes*: ``input`` and ``context`` are merged over its input,
    ``skip_nodes`` are passed over, ``latest`` takes today's definition (row C25).

    Raises Refused as ``plan_clone`` does.
    """
    with write(actor):
        asked = changes_of(changes or {})
        plan = plan_clone(run, changes or {})
        made = _make(actor, plan, f"clone-{plan.workflow.name}")
        _skip(made, asked.skip_nodes, plan)
        _decide(
            made,
            "clone",
            plan,
            f"asked for by {made.requested_by}",
            context=dict(asked.context),
            skip_nodes=list(asked.skip_nodes),
        )
        return begin_run(actor=actor, run=made) if begin else made


def reset_node(*, actor: Any, run: WorkflowRun, node: str) -> NodeExecution:
    """A node of a running run waits for an agent once more: its last execution loses its result
    and counts one retry; the run's counters follow (row C26). What followed from it stays.

    Raises Refused 404 for a node that the run has not begun, 409 for a run that is not running
    and a node that waits already, 403 for a person who does not steer the run.
    """
    only_steerers(actor, run)
    with write(actor) as w:
        drive = _running(w, run)
        row = drive.run.executions.filter(node_id=node, whole__isnull=True).order_by("-pk").first()
        if row is None:
            raise Refused("not_found", f"Run {run.pk} has begun no node {node[:100]}.", status=404)
        if row.status == states.PENDING:
            raise Refused("wrong_state", f"Node {node} waits already.", status=409)
        parts = _parts(row)
        prompt = _prompt(drive, row)
        _uncount(drive, row)
        _clear(drive, [row], queue=not parts, claimed_at=None, attempt=1, **prompt)
        _clear(drive, parts, queue=True)
        drive.plan.reopen(node)
        about = {"node_id": node, "node_name": row.node_name, "execution_id": row.pk}
        drive.decide("reset_node", f"asked for by {w.actor}", **about, was=row.status)
        words = f"{row.node_name or node} waits again: reset by {w.actor}"
        drive.tell("node_reset", words, node=node, status=states.PENDING, execution=row.pk)
        drive.save()
        row.refresh_from_db()
        return row


def _running(w: Any, run: WorkflowRun) -> Drive:
    try:
        return Drive.open(w, run)
    except Refused as refused:
        if refused.code == "run_over":
            words = f"{refused.sentence} Replay it from that node instead."
            raise Refused(refused.code, words, status=409) from None
        raise


def _parts(row: NodeExecution) -> list[NodeExecution]:
    """The last execution of each part of a swarm or parallel node."""
    last = {part.part: part for part in row.parts.order_by("part", "attempt", "pk")}
    if not last and row.node_type in ("swarm", "parallel") and row.error_type != "template_error":
        words = f"The result of {row.node_id} was taken over whole: replay the run from it instead."
        raise Refused("taken_over", words, status=409)
    return list(last.values())


def _prompt(drive: Drive, row: NodeExecution) -> dict[str, str]:
    """A template that could not be filled is filled from the context of now. Raises Refused 409."""
    if row.error_type != "template_error":
        return {}
    if row.node_type != "single":
        words = f"The parts of {row.node_id} were never made: replay the run from it instead."
        raise Refused("no_parts", words, status=409)
    try:
        prompt = render(row.prompt or "", drive.context)
    except TemplateError as error:
        raise Refused("template_error", str(error), status=409) from None
    return {"prompt": prompt, "prompt_hash": prompt_hash(prompt)}


def _uncount(drive: Drive, row: NodeExecution) -> None:
    """Take back what the execution has counted; the next claim counts it as started again."""
    if row.status == states.COMPLETED:
        drive.count(completed_nodes=-1)
    elif row.status == states.FAILED:
        drive.count(failed_nodes=-1)
    if row.status != states.SKIPPED or row.claimed_at is not None:
        drive.count(total_nodes=-1)


def _clear(drive: Drive, rows: Sequence[NodeExecution], *, queue: bool, **columns: Any) -> None:
    for row in rows:
        NodeExecution.objects.filter(pk=row.pk).update(
            status=states.PENDING,
            retry_count=(row.retry_count or 0) + 1,
            **dict.fromkeys(EMPTIED),
            result_json="{}",
            findings_json="[]",
            files_modified="[]",
            queue_at=drive.run.started_at if queue else None,
            **columns,
        )


EMPTIED = (
    *("agent_id", "session_id", "claim_hash", "heartbeat_at", "lease_until", "reused_from"),
    *("started_at", "completed_at", "duration_ms", "token_count"),
    *("result_text", "error_message", "error_type"),
)


def _make(actor: Any, plan: Repeat, name: str) -> WorkflowRun:
    """The new run, pending, with what it keeps."""
    run = create_run(
        actor=actor,
        workflow=plan.workflow,
        input=plan.input,
        phase="init" if plan.relation == "clone" else "replay",
        version=plan.version,
        name=name,
        parent=plan.run,
        relation=plan.relation,
    )
    with write(actor) as w:  # whoever looks at the original sees what became of it
        words = f"run {plan.run.pk} {DONE_TO[plan.relation]} as run {run.pk} by {w.actor}"
        verb = f"run_{DONE_TO[plan.relation]}"
        w.event(TOPIC, verb, plan.run, words, run=run.pk, relation=plan.relation)
    run.context_json = seedjson.dump(dict(plan.again.start))
    WorkflowRun.objects.filter(pk=run.pk).update(context_json=run.context_json)
    if plan.relation != "clone":
        _keep(run, plan)
    return run


def _keep(run: WorkflowRun, plan: Repeat) -> None:
    """Copies of what is kept; each names the execution that did the work."""
    kept = [plan.past[id] for id in (*plan.again.kept, *plan.again.left_out)]
    now = timezone.now()
    # in the order in which they began, so that a replay of this run knows what came first
    ranked = enumerate(sorted(kept, key=lambda past: past.first))
    order = {past.execution: now + timedelta(microseconds=rank) for rank, past in ranked}
    old = NodeExecution.objects.filter(pk__in=list(order)).only(*TAKEN, "status", "reused_from")
    rows = [
        NodeExecution(
            run=run,
            reused_from_id=each.reused_from_id or each.pk,
            status=each.status,
            started_at=now,
            completed_at=now,
            created_at=order[each.pk],
            duration_ms=0,
            **{name: getattr(each, name) for name in TAKEN},
        )
        for each in old.order_by("pk").iterator(chunk_size=200)
    ]
    NodeExecution.objects.bulk_create(rows, batch_size=200)


def _skip(run: WorkflowRun, ids: Sequence[str], plan: Repeat) -> None:
    now = timezone.now()
    NodeExecution.objects.bulk_create(
        NodeExecution(
            run=run,
            node_id=id,
            node_name=plan.again.names.get(id, id),
            status=states.SKIPPED,
            error_message="left out of this clone",
            completed_at=now,
            created_at=now,
        )
        for id in ids
    )


def _decide(run: WorkflowRun, kind: str, plan: Repeat, reason: str, **more: Any) -> None:
    data = {"original_run_id": plan.run.pk, "from_node": plan.from_node or None, **more}
    if plan.relation != "clone":
        data |= {"nodes_to_skip": plan.again.kept, "nodes_to_replay": plan.again.begins}
    ConductorDecision.objects.create(
        run=run,
        decision_type=kind,
        decision_data=seedjson.dump({key: value for key, value in data.items() if value}),
        reason=shorten(reason),
    )


def _failures(plan: Repeat) -> list[dict[str, Any]]:
    """The failed nodes that run again, with the beginning of what they were asked."""
    pks = [past.execution for past in plan.past.values() if past.failed]
    columns = ("node_id", "node_name", "error_type", "error_message", "prompt")
    rows = NodeExecution.objects.filter(pk__in=pks).order_by("pk").values(*columns)
    return [
        {
            "node_id": row["node_id"],
            "node_name": row["node_name"] or row["node_id"],
            "error_type": row["error_type"],
            "error": (row["error_message"] or "")[:PROMPT_SHOWN],
            "prompt": (row["prompt"] or "")[:PROMPT_SHOWN],
        }
        for row in rows
    ]


def _alone(run: WorkflowRun) -> None:
    under_way = (states.PENDING, states.RUNNING)
    other = run.children.filter(relation="retry", status__in=under_way).first()
    if other is not None:
        raise Refused("retried", f"Run {other.pk} retries it already.", status=409)


def _count(nodes: Sequence[Any]) -> str:
    return "1 failed node" if len(nodes) == 1 else f"{len(nodes):,} failed nodes"


def _listed(names: Sequence[str]) -> str:
    """The first names, and how many more."""
    shown = ", ".join(names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} and {len(names) - NAMED} more"
