"""Nodes in the hands of agents: claimed, kept alive, completed, failed, given back, skipped."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins import seedjson
from elfsite.timeline.log import Write, write
from workflows.conductor import hooks, states
from workflows.conductor.findings import clean_paths, files_in, findings_in
from workflows.conductor.identifiers import flaw_of
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.services import outcomes
from workflows.conductor.services.cleaning import clean_object, clean_text
from workflows.conductor.services.driving import CONTEXT_MOST, Drive
from workflows.conductor.services.returning import return_lost

LEASE = 300  # seconds for which a claim holds, unless it or the definition says otherwise
LEAST_LEASE, MOST_LEASE = 15, 3600
TRIES = 100  # nodes that others may take from under our hands before we say that there is none
TOKEN_BYTES = 24
TEXT_TAKEN = 1_000_000  # characters of a result text; findings are read from all of it
MESSAGE_MOST = 2_000  # characters of an error
REASON_MOST = 500
FILES_TAKEN = 1_000
NAME_MOST = 200  # characters of a session's id and of an error's type
TOKENS_MOST = 2**53


@dataclass(frozen=True)
class Claim:
    """What an agent that took a node gets. *token* is said once and kept as a hash only."""

    execution: NodeExecution
    token: str
    prompt: str
    context: dict[str, Any]
    lease_until: datetime


def claim_node(
    *,
    actor: Any,
    agent_id: str,
    run: WorkflowRun | int | None = None,
    node: str | None = None,
    session_id: str | None = None,
    lease_seconds: int | None = None,
) -> Claim | None:
    """Take the next node that waits: of the oldest run, of its first wave, of the first priority.

    *run* narrows it to one run, *node* to one node of it (a swarm's or parallel node's id takes
    its next part, a part's id that part). None: nothing waits there now. Where a named node was
    claimed by the same agent in the same session, the claim is handed out again with a new token
    (the answer was lost); the old token is worth nothing then.

    Raises Refused 400 for an id that is none and a lease outside of 15 to 3,600 seconds, 404 for
    an unknown run or node, 409 for a run that is not running and for a named node that somebody
    else holds or that is over.
    """
    _check_agent(agent_id)
    session = _short("session_id", session_id) or None
    _check_lease(lease_seconds)
    if node is not None and run is None:
        raise Refused("bad_node", "To claim a node by its id, name its run too.")
    return_lost(actor=None)
    with write(actor) as w:
        for _ in range(TRIES):
            pk = _run_to_serve(run)
            if pk is None:
                return None
            drive = _opened(w, pk, wanted=run is not None)
            row = _next(drive, node, agent_id, session) if drive else None
            if drive and row:
                return _hand_out(drive, row, agent_id, session, lease_seconds)
            if run is not None:
                return None
    return None


def _opened(w: Write, pk: int, *, wanted: bool) -> Drive | None:
    """The run; None where it ended just now and nobody asked for it by name."""
    try:
        return Drive.open(w, pk)
    except Refused:
        if wanted:
            raise
        return None


def _run_to_serve(run: WorkflowRun | int | None) -> int | None:
    """The run whose node is next; unlocked, so somebody may be faster."""
    if run is not None:
        return run.pk if isinstance(run, WorkflowRun) else run
    return _queue(NodeExecution.objects.all()).values_list("run_id", flat=True).first()


def _queue(rows: QuerySet[NodeExecution]) -> QuerySet[NodeExecution]:
    return rows.filter(queue_at__isnull=False).order_by(
        "queue_at", "run_id", "wave", "priority", "pk"
    )


def _next(
    drive: Drive, node: str | None, agent_id: str, session: str | None
) -> NodeExecution | None:
    waiting = _queue(NodeExecution.objects.filter(run_id=drive.run.pk, status=states.PENDING))
    if node is None:
        return waiting.first()
    row = waiting.filter(node_id=node).first() or waiting.filter(whole__node_id=node).first()
    return row or _held(drive, node, agent_id, session)


def _held(drive: Drive, node: str, agent_id: str, session: str | None) -> NodeExecution:
    """The execution of a named node that the same agent holds already; else why not."""
    rows = drive.run.executions.filter(node_id=node).order_by("-pk")
    row = rows.first()
    if row is None:
        if node in drive.plan.known:
            raise Refused("not_due", f"Node {node} is not due yet.", status=409)
        words = f"Run {drive.run.pk} has no node {node[:NAME_MOST]}."
        raise Refused("not_found", words, status=404)
    if row.status != states.RUNNING:
        raise Refused("node_over", f"Node {node} is {row.status}.", status=409)
    if session and row.lease_until and (row.agent_id, row.session_id) == (agent_id, session):
        return row
    holder = f"{row.agent_id} holds node {node}." if row.lease_until else "All parts are taken."
    raise Refused("held", holder, status=409)


def _hand_out(
    drive: Drive, row: NodeExecution, agent_id: str, session: str | None, seconds: int | None
) -> Claim | None:
    again = row.status == states.RUNNING
    token = secrets.token_urlsafe(TOKEN_BYTES)
    lease = seconds or _lease_of(drive, row)
    until = drive.now + timedelta(seconds=lease)
    columns: dict[str, Any] = {
        "status": states.RUNNING,
        "agent_id": agent_id,
        "session_id": session,
        "claim_hash": hash_of(token),
        "claimed_at": drive.now,
        "heartbeat_at": drive.now,
        "lease_seconds": lease,
        "lease_until": until,
        "queue_at": None,
    }
    if not again:
        columns["started_at"] = drive.now
    taken = NodeExecution.objects.filter(pk=row.pk, status=row.status, claim_hash=row.claim_hash)
    if not taken.update(**columns):
        return None  # not while we hold the run's lock; a raw write may do that
    if not again:
        _count_start(drive, row)
        words = f"{agent_id} took {row.node_name or row.node_id}"
        about = {"node": row.node_id, "agent": agent_id, "execution": row.pk}
        drive.tell("node_claimed", words, status=states.RUNNING, **about)
    for name, value in columns.items():
        setattr(row, name, value)
    context = dict(drive.context)
    del drive.__dict__["context"]  # it has not changed: it is not written
    drive.save()
    return Claim(row, token, row.prompt or "", context, until)


def _count_start(drive: Drive, row: NodeExecution) -> None:
    """A node counts as started once, with its first claim (behaviour: elf §5.4)."""
    if row.whole_id is not None:
        began = {"status": states.RUNNING, "started_at": drive.now, "claimed_at": drive.now}
        whole = NodeExecution.objects.filter(pk=row.whole_id, status=states.PENDING)
        if whole.update(**began):
            drive.count(total_nodes=1)
    elif row.claimed_at is None and row.attempt == 1:
        drive.count(total_nodes=1)


def heartbeat_node(
    *,
    actor: Any,
    execution: NodeExecution | int,
    token: str,
    lease_seconds: int | None = None,
) -> NodeExecution:
    """An agent says that it is still at work: its lease begins anew, for as long as it was
    claimed for unless *lease_seconds* says otherwise. It is never shortened.

    Raises Refused 409 where the token holds the node no longer; the agent should stop then.
    """
    _check_lease(lease_seconds)
    with write(actor):
        row = _row_of(execution)
        if row.status != states.RUNNING or row.claim_hash != hash_of(token):
            raise _lost(row, token)
        now = timezone.now()
        seconds = lease_seconds or row.lease_seconds or LEASE
        until = max(now + timedelta(seconds=seconds), row.lease_until or now)
        mine = NodeExecution.objects.filter(
            pk=row.pk, status=states.RUNNING, claim_hash=row.claim_hash
        )
        if not mine.update(heartbeat_at=now, lease_until=until):
            raise _lost(_row_of(execution), token)
        row.heartbeat_at, row.lease_until = now, until
        return row


def complete_node(
    *,
    actor: Any,
    execution: NodeExecution | int,
    token: str,
    text: str = "",
    result: Mapping[str, Any] | None = None,
    tokens: int | None = None,
    files: Sequence[str] | None = None,
) -> NodeExecution:
    """An agent has done a node. What follows from it is decided in the same transaction.

    *text* is its answer: findings and files are read from it, 10,000 characters are kept. *result*
    is merged into the run's context; one with an ``error`` counts as failed. *files* are paths
    that it wrote, *tokens* what it used. A lease that has run out still counts while nobody else
    has the node. Said again with the same token, nothing happens a second time.

    Raises Refused 400 for wrong values, 409 where the token holds the node no longer.
    """
    given = clean_object("result", result or {}, CONTEXT_MOST)
    brought = _brought(text, given, files)
    _check_tokens(tokens)
    with write(actor) as w:
        found = _open_held(w, execution, token, said=states.COMPLETED)
        if isinstance(found, NodeExecution):
            return found
        drive, row = found
        if given.get("error"):
            error = given["error"]
            message = error if isinstance(error, str) else seedjson.dump(error)
            kind = str(given.get("error_type") or "exception")[:NAME_MOST]
            _keep_answer(row, brought, tokens)
            outcomes.fail(drive, row, kind, clean_text(message, MESSAGE_MOST))
        else:
            outcomes.complete(drive, row, **brought, token_count=tokens)
            _tell_files(w, row)
        drive.settle()
        return row


def _brought(text: str, given: dict[str, Any], files: Sequence[str] | None) -> dict[str, Any]:
    """The columns of an answer; findings and files become part of the result as well."""
    if len(text) > TEXT_TAKEN:
        words = f"A result's text has at most {TEXT_TAKEN:,} characters, not {len(text):,}."
        raise Refused("too_large", words, status=413)
    plain = clean_text(text, TEXT_TAKEN)
    findings = findings_in(plain)
    paths = clean_paths([*_check_files(files), *files_in(plain)])
    result = dict(given)
    for name, value in (("findings", findings), ("files_modified", paths)):
        if value:
            result.setdefault(name, value)
    return {
        "result_text": clean_text(plain, outcomes.TEXT_MOST),
        "result_json": result,
        "findings_json": seedjson.dump(findings),
        "files_modified": seedjson.dump(paths),
    }


def _keep_answer(row: NodeExecution, brought: Mapping[str, Any], tokens: int | None) -> None:
    kept = {**brought, "result_json": seedjson.dump(brought["result_json"]), "token_count": tokens}
    NodeExecution.objects.filter(pk=row.pk).update(**kept)


def _tell_files(w: Write, row: NodeExecution) -> None:
    paths = [str(path) for path in seedjson.read_list(row.files_modified)]
    if row.status == states.COMPLETED and paths:
        for hook in hooks.on_files:
            hook(w, execution=row, paths=paths, agent_id=row.agent_id or "")


def fail_node(
    *,
    actor: Any,
    execution: NodeExecution | int,
    token: str,
    message: str,
    error_type: str = "exception",
) -> NodeExecution:
    """An agent could not do a node: it is tried again while the node has retries left.

    *error_type* is free text (exception, blocker, timeout, crash). Raises Refused as
    ``complete_node`` does.
    """
    said = clean_text(message, MESSAGE_MOST) or "It gave no reason."
    kind = _short("error_type", error_type) or "exception"
    with write(actor) as w:
        found = _open_held(w, execution, token, said=states.FAILED)
        if isinstance(found, NodeExecution):
            return found
        drive, row = found
        outcomes.fail(drive, row, kind, said)
        drive.settle()
        return row


def release_node(
    *, actor: Any, execution: NodeExecution | int, token: str, reason: str = ""
) -> NodeExecution:
    """An agent gives a node back undone: it waits for the next one. No attempt is counted.

    Raises Refused as ``complete_node`` does.
    """
    why = clean_text(reason, REASON_MOST)
    with write(actor) as w:
        found = _open_held(w, execution, token, said="")
        if isinstance(found, NodeExecution):
            return found
        drive, row = found
        agent = row.agent_id or "its agent"
        columns = {
            "status": states.PENDING,
            "agent_id": None,
            "session_id": None,
            "claim_hash": None,
            "started_at": None,
            "lease_until": None,
            "queue_at": drive.run.started_at,
        }
        NodeExecution.objects.filter(pk=row.pk).update(**columns)
        said = f"{agent} gave it back" + (f": {why}" if why else "")
        drive.decide("retry", said, node_id=row.node_id, execution_id=row.pk)
        words = f"{row.node_name or row.node_id} waits again: {said}"
        about = {"node": row.node_id, "agent": agent, "execution": row.pk}
        drive.tell("node_returned", words, status=states.PENDING, **about)
        drive.save()
        for name, value in columns.items():
            setattr(row, name, value)
        return row


def skip_node(*, actor: Any, execution: NodeExecution | int, reason: str) -> NodeExecution:
    """A steward passes over a node that waits or is in work: the branch goes on without it.

    An agent that holds it is told so at its next word. Raises Refused 400 without a reason, 409
    for a node that is over.
    """
    why = clean_text(reason, REASON_MOST).strip()
    if not why:
        raise Refused("empty", "Say why the node is skipped.")
    with write(actor) as w:
        drive = Drive.open(w, _row_of(execution).run_id)
        row = _row_of(execution)
        if row.status in states.NODE_OVER:
            raise Refused("node_over", f"Node {row.node_id} is {row.status} already.", status=409)
        outcomes.skip(drive, row, why)
        drive.settle()
        return row


def _open_held(
    w: Write, execution: NodeExecution | int, token: str, *, said: str
) -> tuple[Drive, NodeExecution] | NodeExecution:
    """The run, locked, and the execution that *token* holds.

    The execution alone where the same token has said the same before: its state is *said*. A node
    that went back into the queue when its lease ended is its agent's until somebody takes it.
    """
    before = _row_of(execution)
    mine = before.claim_hash is not None and before.claim_hash == hash_of(token)
    if mine and said and before.status == said:
        return before
    if not mine or before.status in states.NODE_OVER:
        raise _lost(before, token)
    drive = Drive.open(w, before.run_id)
    row = _row_of(execution)
    if row.claim_hash != hash_of(token) or row.status in states.NODE_OVER:
        raise _lost(row, token)
    if row.status == states.PENDING:  # its lease had ended
        columns = {"status": states.RUNNING, "queue_at": None}
        NodeExecution.objects.filter(pk=row.pk, status=states.PENDING).update(**columns)
        row.status = states.RUNNING
    return drive, row


def _row_of(execution: NodeExecution | int) -> NodeExecution:
    pk = execution.pk if isinstance(execution, NodeExecution) else execution
    row = NodeExecution.objects.select_related("whole").filter(pk=pk).first()
    if row is None:
        raise Refused("not_found", f"No node execution has the id {pk}.", status=404)
    return row


def _lost(row: NodeExecution, token: str) -> Refused:
    """Why a token holds a node no longer."""
    if row.status in states.NODE_OVER:
        words = f"Node {row.node_id} is {row.status} already."
        return Refused("node_over", words, status=409)
    if row.claim_hash is None or row.lease_until is None:
        return Refused("not_held", f"Node {row.node_id} waits: claim it first.", status=409)
    words = f"This claim holds node {row.node_id} no longer: {row.agent_id} has it."
    return Refused("claim_lost", words, status=409)


def hash_of(token: str) -> str:
    """What is kept of a claim's token."""
    return hashlib.sha256(str(token).encode("utf-8", "replace")).hexdigest()


def _lease_of(drive: Drive, row: NodeExecution) -> int:
    node_id = row.node_id if row.whole is None else row.whole.node_id
    asked = drive.number(node_id, "lease_seconds", LEASE, MOST_LEASE)
    return max(LEAST_LEASE, asked)


def _check_agent(agent_id: str) -> None:
    flaw = flaw_of(str(agent_id or ""))
    if flaw:
        raise Refused("bad_agent_id", f"agent_id {flaw}.")


def _check_lease(seconds: int | None) -> None:
    if seconds is not None and not (type(seconds) is int and LEAST_LEASE <= seconds <= MOST_LEASE):
        words = f"lease_seconds is a whole number from {LEAST_LEASE} to {MOST_LEASE:,}."
        raise Refused("bad_lease", words)


def _check_tokens(tokens: int | None) -> None:
    if tokens is not None and not (type(tokens) is int and 0 <= tokens <= TOKENS_MOST):
        raise Refused("bad_tokens", "tokens is a whole number, 0 or more.")


def _check_files(files: Sequence[str] | None) -> list[str]:
    given = [] if files is None else files
    if isinstance(given, str) or not all(isinstance(each, str) for each in given):
        raise Refused("bad_files", "files is a list of paths.")
    if len(given) > FILES_TAKEN:
        raise Refused("too_many", f"At most {FILES_TAKEN:,} files are taken.")
    return [clean_text(each, NAME_MOST * 5) for each in given]


def _short(field: str, value: str | None) -> str:
    text = clean_text(" ".join(str(value or "").split()), 10 * NAME_MOST)
    if len(text) > NAME_MOST:
        raise Refused("too_long", f"{field} has at most {NAME_MOST} characters.")
    return text
