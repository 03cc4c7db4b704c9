"""What becomes of an execution: completed, failed and tried again, combined from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from elfsite.errors import Refused
from elfsite.origins import seedjson
from elfsite.timeline.log import shorten
from workflows.conductor import states
from workflows.conductor.models import NodeExecution
from workflows.conductor.plan import DONE, PASSED
from workflows.conductor.services.driving import CONTEXT_MOST, Drive, named, node_of
from workflows.conductor.services.firing import (
    BETWEEN_PARTS,
    lease_of,
    note_failure,
    state_after_failure,
)

TEXT_MOST = 10_000  # characters of a result that are kept (behaviour: elf §5.7)
MOST_RETRIES = 10
MOST_FINDINGS, MOST_FILES = 400, 400  # of a node that is combined from parts
OPEN = (states.PENDING, states.RUNNING)
LAST_ERRORS = 3  # of failed parts, in the message of their node


def complete(drive: Drive, row: NodeExecution, **columns: Any) -> None:
    """An execution is done: *columns* are what it brought, ``result_json`` as an object.

    A result that does not fit into the run's context fails it.
    """
    result: Mapping[str, Any] = columns.pop("result_json")
    if row.whole_id is None and not drive.fits(result):
        most = f"{CONTEXT_MOST:,} characters"
        message = f"With this result the run's context exceeds {most}."
        fail(drive, row, "too_large", message, **columns)
        return
    _write(drive, row, states.COMPLETED, result_json=seedjson.dump(result), **columns)
    by = f" by {row.agent_id}" if row.agent_id else ""
    drive.tell(
        "node_completed",
        f"{row.node_name or row.node_id} completed{by}",
        node=row.node_id,
        agent=row.agent_id or "",
        status=states.COMPLETED,
        execution=row.pk,
    )
    if row.whole_id is None:
        drive.node_over(row.node_id, DONE, result)
    else:
        combine(drive, row.whole_id)


def fail(
    drive: Drive,
    row: NodeExecution,
    error_type: str,
    message: str,
    *,
    retry: bool = True,
    **kept: Any,
) -> None:
    """An execution has failed: it is tried again as a new one while its node has retries left.

    *kept* are columns that it brought all the same. What is combined from parts is not tried
    again: its parts were.
    """
    _write(drive, row, states.FAILED, error_type=error_type, error_message=message, **kept)
    note_failure(drive, row, error_type, message)
    retries = drive.number(node_of(row), "retries", 0, MOST_RETRIES)
    combined = row.whole_id is None and row.node_type != "single"
    if retry and not combined and (row.attempt or 1) <= retries:
        _try_again(drive, row, retries, message)
    elif row.whole_id is None:
        drive.count(failed_nodes=1)
        drive.node_over(row.node_id, state_after_failure(drive, row.node_id))
    else:
        combine(drive, row.whole_id)


def _try_again(drive: Drive, row: NodeExecution, retries: int, message: str) -> None:
    again = NodeExecution.objects.create(
        run=drive.run,
        node_id=row.node_id,
        node_name=row.node_name,
        node_type=row.node_type,
        prompt=row.prompt,
        prompt_hash=row.prompt_hash,
        status=states.PENDING,
        created_at=drive.now,
        retry_count=(row.retry_count or 0) + 1,
        whole_id=row.whole_id,
        part=row.part,
        wave=row.wave,
        priority=row.priority,
        attempt=(row.attempt or 1) + 1,
        losses=0,
        lease_seconds=lease_of(drive, node_of(row)),
        queue_at=drive.run.started_at,
    )
    said = f"attempt {again.attempt} of {retries + 1}, after: {shorten(message, 100)}"
    drive.decide("retry", said, **named(row) | {"execution_id": again.pk, "after": row.pk})


def skip(drive: Drive, row: NodeExecution, reason: str) -> None:
    """An execution is passed over by a person; the branch goes on without its result."""
    _write(drive, row, states.SKIPPED, error_message=reason or None)
    drive.decide("skip_node", reason, **named(row), by=drive.w.actor)
    drive.tell(
        "node_skipped",
        f"{row.node_name or row.node_id} skipped: {reason}",
        node=row.node_id,
        status=states.SKIPPED,
        execution=row.pk,
    )
    open_parts = NodeExecution.objects.filter(whole_id=row.pk, status__in=OPEN)
    open_parts.update(
        status=states.SKIPPED,
        queue_at=None,
        lease_until=None,
        completed_at=drive.now,
        error_message=reason or None,
    )
    if row.whole_id is None:
        drive.node_over(row.node_id, PASSED)
    else:
        combine(drive, row.whole_id)


def _write(drive: Drive, row: NodeExecution, state: str, **columns: Any) -> None:
    """Bring an execution to a terminal state, if it is as *row* says.

    One whose lease ended may wait again meanwhile; while nobody else took it, it is its agent's.
    Raises Refused 409 where it moved on.
    """
    began = row.started_at if isinstance(row.started_at, datetime) else None
    columns |= {"status": state, "queue_at": None, "lease_until": None, "completed_at": drive.now}
    if began is not None:
        columns["duration_ms"] = max(0, int((drive.now - began).total_seconds() * 1000))
    same = Q(claim_hash=row.claim_hash) if row.claim_hash else Q(claim_hash__isnull=True)
    rows = NodeExecution.objects.filter(same, pk=row.pk, status__in=OPEN)
    if not rows.update(**columns):
        words = f"Node {row.node_id} moved on meanwhile."
        raise Refused("claim_lost", words, status=409)
    for name, value in columns.items():
        setattr(row, name, value)


def combine(drive: Drive, whole_id: int) -> None:
    """End a swarm or parallel node when all of its parts have ended (behaviour: elf §5.7).

    One failed part fails the node; what the others found is kept with it.
    """
    parts = NodeExecution.objects.filter(whole_id=whole_id)
    if parts.filter(status__in=OPEN).exists():
        return
    whole = NodeExecution.objects.get(pk=whole_id)
    last = {row.part: row for row in parts.order_by("part", "attempt", "pk")}
    rows = list(last.values())
    failed = [row for row in rows if row.status == states.FAILED]
    columns = _combined(whole, rows)
    if failed:
        words = "; ".join(f"{row.node_id}: {row.error_message}" for row in failed[:LAST_ERRORS])
        message = f"{len(failed)} of {len(rows)} parts failed: {words}"
        columns["result_json"] = seedjson.dump(columns["result_json"])
        fail(drive, whole, failed[0].error_type or "exception", message, **columns)
    elif any(row.status == states.COMPLETED for row in rows):
        complete(drive, whole, **columns)
    else:
        skip(drive, whole, "all of its parts were skipped")


def _combined(whole: NodeExecution, rows: Sequence[NodeExecution]) -> dict[str, Any]:
    done = [row for row in rows if row.status == states.COMPLETED]
    findings = [each for row in done for each in seedjson.read_list(row.findings_json)]
    files = dict.fromkeys(each for row in done for each in seedjson.read_list(row.files_modified))
    text = BETWEEN_PARTS.join(row.result_text or "" for row in done)
    tokens = [row.token_count for row in rows if row.token_count is not None]
    results = [
        {
            "part": row.node_id,
            "status": row.status,
            **seedjson.read(row.result_json, empty={}).value,
        }
        for row in rows
    ]
    result = {
        "findings": findings[:MOST_FINDINGS],
        "files_modified": list(files)[:MOST_FILES],
        f"{whole.node_type}_results": results,
    }
    return {
        "result_text": text[:TEXT_MOST],
        "findings_json": seedjson.dump(result["findings"]),
        "files_modified": seedjson.dump(result["files_modified"]),
        "token_count": sum(tokens) if tokens else None,
        "result_json": result,
    }
