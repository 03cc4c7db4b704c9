"""Runs: made, begun, moved to another phase, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elfsite.errors import Refused
from elfsite.origins import seedjson
from elfsite.timeline.log import name_of, shorten, write
from workflows.conductor import states
from workflows.conductor.models import Workflow, WorkflowRun, WorkflowVersion
from workflows.conductor.services.cleaning import clean_object, clean_text
from workflows.conductor.services.definitions import latest_version
from workflows.conductor.services.driving import Drive, drop_open

INPUT_MOST = 200_000  # characters of a run's input as JSON
PHASE_MOST = 50  # characters
REASON_MOST = 500
NAME_MOST = 300


def start_run(
    *,
    actor: Any,
    workflow: Workflow,
    input: Mapping[str, Any] | None = None,
    phase: str = "init",
) -> WorkflowRun:
    """Make a run of what *workflow* says now, and begin it.

    *input* is an object; it becomes the run's context. Raises Refused 400 for input that is no
    object or too large, 404 and 409 for a workflow that is not there any more.
    """
    with write(actor) as w:
        run = create_run(actor=actor, workflow=workflow, input=input, phase=phase)
        return _begin(Drive.open(w, run, states.PENDING))


def create_run(
    *,
    actor: Any,
    workflow: Workflow,
    input: Mapping[str, Any] | None = None,
    phase: str = "init",
    version: WorkflowVersion | None = None,
    name: str = "",
    parent: WorkflowRun | None = None,
    relation: str | None = None,
) -> WorkflowRun:
    """Make a pending run; ``begin_run`` begins it.

    *version*: the latest one unless given. A run with a *parent* (*relation*: replay, retry or
    clone) takes over the completed and skipped executions that the caller puts into it before it
    begins: when such a node is due it counts as done, with its result, and is not done again.
    """
    given = clean_object("input", input or {}, INPUT_MOST)
    if workflow.gone_at is not None:
        raise Refused("gone", "Its source no longer has this workflow.", status=409)
    with write(actor):
        chosen = version or latest_version(workflow)
        return WorkflowRun.objects.create(
            workflow=workflow,
            workflow_name=shorten(name or workflow.name, NAME_MOST),
            version=chosen,
            status=states.PENDING,
            phase=_phase(phase),
            input_json=seedjson.dump(given),
            context_json=seedjson.dump(given),
            requested_by=name_of(actor),
            parent=parent,
            relation=relation,
            marking_json="",
        )


def begin_run(*, actor: Any, run: WorkflowRun | int) -> WorkflowRun:
    """Begin a pending run: what leads from the start is decided, and its first nodes wait for
    agents. Raises Refused 409 for a run in another state."""
    with write(actor) as w:
        return _begin(Drive.open(w, run, states.PENDING))


def _begin(drive: Drive) -> WorkflowRun:
    run = drive.run
    drive.set(status=states.RUNNING, started_at=drive.now)
    name = run.workflow_name or "ad hoc"
    said = f"asked for by {run.requested_by}" if run.requested_by else ""
    drive.decide("start_run", said, workflow_name=name, phase=run.phase)
    drive.tell("run_started", f"run of {name} started", status=states.RUNNING)
    drive.skip_ways(drive.plan.begin(drive.context))
    drive.settle()
    return run


def cancel_run(*, actor: Any, run: WorkflowRun | int, reason: str) -> WorkflowRun:
    """End a run that is pending or running; its open executions are skipped, and an agent that
    holds one is told so at its next word. Raises Refused 409 for a run that is over."""
    why = clean_text(reason, REASON_MOST)
    with write(actor) as w:
        drive = Drive.open(w, run, states.PENDING, states.RUNNING)
        drop_open(drive, "The run was cancelled.")
        said = f"cancelled by {w.actor}" + (f": {why}" if why else "")
        drive.decide("abort", said, by=w.actor)
        drive.finish(states.CANCELLED, said)
        drive.save()
        return drive.run


def set_phase(*, actor: Any, run: WorkflowRun | int, phase: str) -> WorkflowRun:
    """Say in which phase a run is: free text of at most PHASE_MOST characters.

    Raises Refused 400 for no text or a longer one, 409 for a run that is over.
    """
    new = _phase(phase)
    with write(actor) as w:
        drive = Drive.open(w, run, states.PENDING, states.RUNNING)
        old = drive.run.phase
        if new != old:
            drive.set(phase=new)
            drive.decide("phase_change", f"was {old}", new_phase=new, old_phase=old, by=w.actor)
            drive.tell("phase_changed", f"run {drive.run.pk} is in phase {new}", phase=new)
            drive.save()
        return drive.run


def _phase(phase: str) -> str:
    new = " ".join(str(phase or "").split())
    if not new or len(new) > PHASE_MOST or "\0" in new:
        words = f"A phase is a text of 1 to {PHASE_MOST} characters."
        raise Refused("bad_phase", words)
    return new
