"""Nodes that begin: their prompts, their parts, and what is taken over instead of done again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from elfsite.origins import seedjson
from elfsite.timeline.log import shorten
from workflows.conductor import states
from workflows.conductor.definition import KINDS, Node
from workflows.conductor.models import NodeExecution
from workflows.conductor.plan import DONE, PASSED, STOPPED, Due
from workflows.conductor.prompts import TemplateError, prompt_hash, render
from workflows.conductor.services.driving import Drive, named

ROLES = ("scout", "analyzer", "fixer")  # of a swarm that names none (behaviour: elf §5.7)
ANTS = 3
MOST_PARTS = 20
LEAST_LEASE, MOST_LEASE = 15, 3600  # seconds
DEDUPE_HOURS = 24.0
MESSAGE_KEPT, MESSAGE_SAID = 200, 100  # characters in a decision's data and reason (elf §5.4)
BETWEEN_PARTS = "\n\n---\n\n"
TAKEN_OVER = ("result_json", "result_text", "findings_json", "files_modified")


@dataclass(frozen=True, slots=True)
class Over:
    """A node that was over as soon as it began."""

    node_id: str
    state: str
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Firing:
    """One node on its way into the queue: its row, the rows of its parts, or why it cannot."""

    due: Due
    row: NodeExecution
    parts: list[NodeExecution] = field(default_factory=list)
    error: str = ""
    reused: NodeExecution | None = None


def fire(drive: Drive, due: Sequence[Due]) -> list[Over]:
    """Put the nodes that are *due* into the queue; those that are over at once are returned.

    Over at once is a node whose result is taken over from another run, and one whose template
    cannot be filled (failed, ``template_error``; row C20).
    """
    kept = _kept(drive, due)
    over = [_keep(drive, each, kept[each.node.id]) for each in due if each.node.id in kept]
    firings = [_prepare(drive, each) for each in due if each.node.id not in kept]
    NodeExecution.objects.bulk_create([firing.row for firing in firings])
    for firing in firings:
        for part in firing.parts:
            part.whole = firing.row
    NodeExecution.objects.bulk_create([part for firing in firings for part in firing.parts])
    for firing in firings:
        ended = _announce(drive, firing)
        if ended is not None:
            over.append(ended)
    return over


def _kept(drive: Drive, due: Sequence[Due]) -> dict[str, NodeExecution]:
    """Executions that a replay, a retry or a clone brought along, by node."""
    if drive.run.parent_id is None:
        return {}
    rows = drive.run.executions.filter(
        node_id__in=[each.node.id for each in due],
        whole__isnull=True,
        status__in=(states.COMPLETED, states.SKIPPED),
    )
    return {row.node_id: row for row in rows.order_by("pk")}


def _keep(drive: Drive, due: Due, row: NodeExecution) -> Over:
    skipped = row.status == states.SKIPPED
    said = "it is left out" if skipped else "its result is kept"
    drive.decide("skip_node", said, **_named(due, row))
    NodeExecution.objects.filter(pk=row.pk).update(wave=due.wave, priority=due.priority)
    if skipped:
        return Over(due.node.id, PASSED)
    drive.count(total_nodes=1)
    return Over(due.node.id, DONE, result_of(row))


def _prepare(drive: Drive, due: Due) -> _Firing:
    node = due.node
    kind = node.kind if node.kind in KINDS else "single"
    firing = _Firing(due, _row(drive, due, node.id, kind))
    try:
        prompts = _prompts(node, kind, drive.context)
    except TemplateError as error:
        firing.error = str(error)
        firing.row.prompt = node.prompt
        return firing
    _ask(firing.row, BETWEEN_PARTS.join(dict.fromkeys(prompt for _, _, prompt in prompts)))
    firing.reused = _answered(drive, firing.row)
    if firing.reused is None and kind != "single":
        for place, (id, name, prompt) in enumerate(prompts):
            part = _row(drive, due, id, kind, name=name, part=place)
            _ask(part, prompt)
            firing.parts.append(part)
    for row in firing.parts or [firing.row]:
        row.queue_at = drive.run.started_at
    return firing


def _row(
    drive: Drive, due: Due, id: str, kind: str, *, name: str = "", part: int | None = None
) -> NodeExecution:
    return NodeExecution(
        run=drive.run,
        node_id=id,
        node_name=name or due.node.name,
        node_type=kind,
        status=states.PENDING,
        created_at=drive.now,
        wave=due.wave,
        priority=due.priority,
        part=part,
        attempt=1,
        losses=0,
        lease_seconds=lease_of(drive, due.node.id),
    )


def lease_of(drive: Drive, node_id: str) -> int | None:
    """For how many seconds the definition lets a claim of a node hold; None where it does not
    say."""
    asked = drive.number(node_id, "lease_seconds", 0, MOST_LEASE)
    return max(LEAST_LEASE, asked) if asked else None


def _ask(row: NodeExecution, prompt: str) -> None:
    row.prompt, row.prompt_hash = prompt, prompt_hash(prompt)


def _prompts(node: Node, kind: str, context: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Id, name and prompt of each part; one for a single node. Raises TemplateError."""
    if kind == "swarm":
        return _swarm(node, context)
    if kind == "parallel":
        templates = _texts(node.config.get("prompts")) or [node.prompt]
        return [
            (f"{node.id}-parallel-{place}", f"{node.name} {place + 1}", render(text, context))
            for place, text in enumerate(templates)
        ]
    return [(node.id, node.name, render(node.prompt, context))]


def _swarm(node: Node, context: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Each ant has a role; ``{role}`` in the template is its role, else a first line says it."""
    roles = _texts(node.config.get("roles")) or list(ROLES)
    ants = node.config.get("num_ants")
    roles = roles[: ants if type(ants) is int and ants > 0 else ANTS]
    parts = []
    for place, role in enumerate(roles):
        text = render(node.prompt, {**context, "role": role})
        told = text if "{role}" in node.prompt else f"Role: {role}\n\n{text}"
        parts.append((f"{node.id}-{role}-{place}", f"{node.name}: {role}", told))
    return parts


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else []
    return [text for text in listed if isinstance(text, str) and text][:MOST_PARTS]


def _answered(drive: Drive, row: NodeExecution) -> NodeExecution | None:
    """A result for the same prompt of the same node that is young enough, where that is wanted."""
    if drive.option(row.node_id, "dedupe", False) is not True or not drive.run.workflow_id:
        return None
    hours = drive.option(row.node_id, "dedupe_hours", DEDUPE_HOURS)
    known = type(hours) in (int, float) and 0 < hours <= 8760
    since = drive.now - timedelta(hours=hours if known else DEDUPE_HOURS)
    same = NodeExecution.objects.filter(
        prompt_hash=row.prompt_hash,
        node_id=row.node_id,
        prompt=row.prompt,  # 64 bits of a hash are no proof
        run__workflow_id=drive.run.workflow_id,
        status=states.COMPLETED,
        completed_at__gte=since,
        reused_from__isnull=True,  # its age counts from when it was done
        whole__isnull=True,
        gone_at__isnull=True,
    )
    found = same.order_by("-pk").first()
    return found if found is not None and drive.fits(result_of(found)) else None


def result_of(row: NodeExecution) -> dict[str, Any]:
    """The result of an execution as an object; {} where it is none."""
    found = seedjson.read(row.result_json, empty={}).value
    return found if isinstance(found, dict) else {}


def _announce(drive: Drive, firing: _Firing) -> Over | None:
    """Log what became of a node that was due; where it is over at once, how."""
    due, row = firing.due, firing.row
    about = _named(due, row)
    if firing.error:
        drive.decide("fire_node", due.reason, **about)
        return fail_template(drive, due, row, firing.error)
    if firing.reused is not None:
        return _reuse(drive, due, row, firing.reused)
    if firing.parts:
        about["parts"] = len(firing.parts)
    drive.decide("fire_node", due.reason, **about)
    return None


def _reuse(drive: Drive, due: Due, row: NodeExecution, found: NodeExecution) -> Over:
    columns = {name: getattr(found, name) for name in TAKEN_OVER}
    NodeExecution.objects.filter(pk=row.pk).update(
        status=states.COMPLETED,
        reused_from=found,
        queue_at=None,
        started_at=drive.now,
        completed_at=drive.now,
        duration_ms=0,
        **columns,
    )
    drive.count(total_nodes=1)
    words = f"the same prompt was answered in run {found.run_id}: its result is taken over"
    drive.decide("skip_node", words, **_named(due, row), reused_execution_id=found.pk)
    told = f"{due.node.name} completed with a result of run {found.run_id}"
    drive.tell("node_completed", told, node=row.node_id, status=states.COMPLETED, execution=row.pk)
    return Over(due.node.id, DONE, result_of(found))


def fail_template(drive: Drive, due: Due, row: NodeExecution, message: str) -> Over:
    """A template that cannot be filled is a failure of its node, which no retry mends."""
    NodeExecution.objects.filter(pk=row.pk).update(
        status=states.FAILED,
        queue_at=None,
        started_at=drive.now,
        completed_at=drive.now,
        duration_ms=0,
        error_type="template_error",
        error_message=message,
    )
    drive.count(total_nodes=1, failed_nodes=1)
    note_failure(drive, row, "template_error", message)
    return Over(due.node.id, state_after_failure(drive, due.node.id))


def note_failure(drive: Drive, row: NodeExecution, error_type: str, message: str) -> None:
    """The decision and the event of a failed execution."""
    drive.decide(
        "node_failed",
        f"Node failed: {shorten(message, MESSAGE_SAID)}",
        **named(row),
        error_type=error_type,
        error_message=message[:MESSAGE_KEPT],
    )
    words = f"{row.node_name or row.node_id} failed: {shorten(message, MESSAGE_SAID)}"
    drive.tell(
        "node_failed",
        words,
        node=row.node_id,
        agent=row.agent_id or "",
        status=states.FAILED,
        execution=row.pk,
        error=error_type,
    )


def state_after_failure(drive: Drive, node_id: str) -> str:
    """Whether a failure ends the branch, and with it the run, or is passed over (row C17)."""
    return PASSED if drive.option(node_id, "continue_on_failure", False) is True else STOPPED


def _named(due: Due, row: NodeExecution) -> dict[str, Any]:
    return {
        "node_id": due.node.id,
        "node_name": due.node.name,
        "node_type": row.node_type,
        "execution_id": row.pk,
    }
