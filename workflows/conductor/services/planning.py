"""Plans to run a run again: what would be kept and what would begin. Nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elfsite.errors import Refused
from elfsite.origins import seedjson
from workflows.conductor import states
from workflows.conductor.again import Again, Past, foresee, to_repeat
from workflows.conductor.models import Workflow, WorkflowRun, WorkflowVersion
from workflows.conductor.queries import definition_of, definition_ran
from workflows.conductor.services.cleaning import clean_object

EXECUTIONS_MOST = 5000  # of the run that is run again
ANCESTORS_MOST = 50
INPUT_MOST = 200_000  # characters of a change as JSON
SKIPS_MOST = 500  # nodes of one clone
CHANGES = ("input", "context", "skip_nodes", "latest")
COLUMNS = ("pk", "node_id", "status", "result_json", "completed_at", "created_at")


@dataclass(frozen=True)
class Repeat:
    """A plan to run *run* again: what ``foresee`` says, over which version of the definition.

    *version* is None where the run has none, or today's is asked for: then the latest is meant.
    """

    run: WorkflowRun
    workflow: Workflow
    relation: str
    from_node: str
    again: Again
    version: WorkflowVersion | None
    past: Mapping[str, Past]
    input: Mapping[str, Any]  # of the new run

    def as_dict(self) -> dict[str, Any]:
        """For programs; the keys that the behaviour names come first (elf §5.5)."""
        return {
            "original_run_id": self.run.pk,
            "from_node": self.from_node or None,
            "total_nodes": len(self.again.names),
            "nodes_to_skip": [*self.again.kept, *self.again.left_out],
            "nodes_to_replay": list(self.again.begins),
            "nodes_that_may_follow": list(self.again.later),
            "context_at_start": dict(self.again.context),
        }


@dataclass(frozen=True)
class Changes:
    """What a clone does otherwise: *input* and *context* are merged over the original's input,
    *skip_nodes* are passed over, *latest* takes today's definition."""

    input: Mapping[str, Any]
    context: Mapping[str, Any]
    skip_nodes: tuple[str, ...]
    latest: bool


def plan_replay(run: WorkflowRun, from_node: str) -> Repeat:
    """What a replay from *from_node* keeps and runs again; "" is from the start.

    Raises Refused 404 for an unknown node, 409 for one that no way leads to, for an ad hoc run,
    and for a run of ours that is not over.
    """
    if not from_node:
        return _plan(run, "replay", None, "")
    plan = _plan(run, "replay", {from_node}, from_node)
    if from_node not in plan.again.names:
        words = f"Run {run.pk} has no node {from_node[:100]}."
        raise Refused("not_found", words, status=404)
    if from_node not in plan.again.begins:
        words = f"What run {run.pk} keeps does not lead to {from_node}: replay an earlier node."
        raise Refused("not_reached", words, status=409)
    return plan


def plan_retry(run: WorkflowRun) -> Repeat | None:
    """What a retry of the failed nodes would do; None where none failed. Refuses as a replay."""
    failed = {id for id, past in past_of(run).items() if past.failed}
    return _plan(run, "retry", failed, "") if failed else None


def plan_clone(run: WorkflowRun, changes: Mapping[str, Any]) -> Repeat:
    """What a clone with *changes* would begin with: an object of CHANGES.

    Raises Refused 400 for changes that are none, 404 for nodes that are none, 409 for an ad hoc
    run.
    """
    asked = changes_of(changes)
    run = _now(run)
    workflow = workflow_of(run)
    version = None if asked.latest else run.version
    definition = definition_ran(run) if version else definition_of(workflow)
    known = {node.id for node in definition.nodes if node.known}
    strangers = [id for id in asked.skip_nodes if id not in known]
    if strangers:
        raise Refused("not_found", f"The workflow has no node {strangers[0][:100]}.", status=404)
    given = {**start_of(run), **asked.input}
    again = foresee(definition, {}, {**given, **asked.context}, skip=asked.skip_nodes)
    return Repeat(run, workflow, "clone", "", again, version, {}, given)


def changes_of(changes: Any) -> Changes:
    """Raises Refused 400 by the name of what is wrong."""
    given = clean_object("changes", changes, INPUT_MOST)
    strange = [key for key in given if key not in CHANGES]
    if strange:
        words = f"changes knows {', '.join(CHANGES)}, not {strange[0][:60]!r}."
        raise Refused("bad_changes", words)
    skip = given.get("skip_nodes", [])
    if not (isinstance(skip, list) and all(isinstance(id, str) for id in skip)):
        raise Refused("bad_skip_nodes", "skip_nodes is a list of ids.")
    if len(skip) > SKIPS_MOST:
        raise Refused("too_many", f"At most {SKIPS_MOST} nodes are skipped.")
    if not isinstance(given.get("latest", False), bool):
        raise Refused("bad_latest", "latest is true or false.")
    return Changes(
        input=clean_object("input", given.get("input", {}), INPUT_MOST),
        context=clean_object("context", given.get("context", {}), INPUT_MOST),
        skip_nodes=tuple(dict.fromkeys(skip)),
        latest=given.get("latest", False),
    )


def workflow_of(run: WorkflowRun) -> Workflow:
    """Raises Refused 409 where nothing says what follows what."""
    workflow = Workflow.objects.filter(pk=run.workflow_id).first() if run.workflow_id else None
    if workflow is None:
        words = "This run has no workflow here: nothing says which node follows which."
        raise Refused("no_definition", words, status=409)
    return workflow


def start_of(run: WorkflowRun) -> dict[str, Any]:
    """The input that the first run of a chain of replays began with.

    The input of a replay is the context at its start (behaviour: elf §5.5); the way through what
    it keeps is walked with what came in at the very first.
    """
    for _ in range(ANCESTORS_MOST):
        if run.relation not in ("replay", "retry") or run.parent is None:
            break
        run = run.parent
    found = seedjson.read(run.input_json, empty={}).value
    own = found if isinstance(found, dict) else {}
    return {**own, **_given(run)} if run.relation == "clone" else own


def _given(clone: WorkflowRun) -> dict[str, Any]:
    """What a clone's ``context`` change laid over its input; its decision remembers it."""
    row = clone.decisions.filter(decision_type="clone").order_by("pk").first()
    found = seedjson.read(row.decision_data, empty={}).value if row else {}
    given = found.get("context") if isinstance(found, dict) else None
    return given if isinstance(given, dict) else {}


def past_of(run: WorkflowRun) -> dict[str, Past]:
    """What became of each node of *run*, its parts left out; by its last execution."""
    rows = run.executions.filter(whole__isnull=True, gone_at__isnull=True).order_by("pk")
    found: dict[str, Past] = {}
    for row in rows.values(*COLUMNS)[:EXECUTIONS_MOST]:
        before = found.get(row["node_id"])
        result = seedjson.read(row["result_json"], empty={}).value
        status = row["status"]
        found[row["node_id"]] = Past(
            node=row["node_id"],
            execution=row["pk"],
            first=before.first if before else _begun(run, row),
            completed=status == states.COMPLETED,
            failed=status == states.FAILED,
            skipped=status == states.SKIPPED and not _dropped(run, row),
            result=result if isinstance(result, dict) else {},
        )
    return found


def _begun(run: WorkflowRun, row: Mapping[str, Any]) -> int:
    """The rank of a node's beginning. Nodes that our conductor fired in one step have one time, and
    none of them rests on another; other programs keep whole seconds, there the key has to do."""
    at = row["created_at"]
    ours = run.marking_json is not None and isinstance(at, datetime)
    return round(at.timestamp() * 1_000_000) if ours else int(row["pk"])


def _dropped(run: WorkflowRun, row: Mapping[str, Any]) -> bool:
    """Whether an execution was skipped because its run was cancelled: nobody meant the node."""
    return run.status == states.CANCELLED and row["completed_at"] == run.completed_at


def _now(run: WorkflowRun) -> WorkflowRun:
    """The run as it is now: the caller's may have been read a while ago."""
    found = WorkflowRun.objects.filter(pk=run.pk).first()
    if found is None:
        raise Refused("not_found", f"No run has the id {run.pk}.", status=404)
    return found


def _plan(
    run: WorkflowRun, relation: str, wanted: Collection[str] | None, from_node: str
) -> Repeat:
    """*wanted* and what may depend on it runs again; None is everything."""
    run = _now(run)
    if run.marking_json is not None and run.status not in states.RUN_OVER:
        words = f"Run {run.pk} is {run.status}: wait for its end, or cancel it first."
        raise Refused("not_over", words, status=409)
    workflow = workflow_of(run)
    definition = definition_ran(run)
    past = past_of(run)
    if wanted is None:
        repeat: Collection[str] = set(past)
    else:  # a failed node left no result, so nothing rests on one
        repeat = wanted if relation == "retry" else to_repeat(definition, past, wanted)
    again = foresee(definition, past, start_of(run), repeat=repeat)
    if not again.begins:
        words = f"By the definition of {workflow.name} nothing would run again."
        raise Refused("nothing_to_do", words, status=409)
    return Repeat(run, workflow, relation, from_node, again, run.version, past, again.context)
