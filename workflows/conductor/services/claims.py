"""Nodes that agents take: claimed once, with a lease that a heartbeat extends."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import Write, write
from workflows.conductor import states
from workflows.conductor.identifiers import flaw_of
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.services.cleaning import short_text
from workflows.conductor.services.driving import Drive
from workflows.conductor.services.firing import LEAST_LEASE as LEAST_LEASE
from workflows.conductor.services.firing import MOST_LEASE as MOST_LEASE
from workflows.conductor.services.returning import return_lost

LEASE = 300  # seconds for which a claim holds, unless it or the definition says otherwise
TRIES = 100  # nodes that others may take from under our hands before we say that there is none
TOKEN_BYTES = 24
# plain SQL: composing it anew would be a third of what a claim costs
ONE = "SELECT * FROM node_executions WHERE id = %s"
QUEUE = "SELECT * FROM node_executions WHERE queue_at IS NOT NULL"
ORDER = "ORDER BY queue_at, run_id, wave, priority, id LIMIT 1"
ID_SHOWN = 100  # characters of an id in a sentence


@dataclass(frozen=True)
class Claim:
    """What an agent that took a node gets. *token* is said once and kept as a hash only."""

    execution: NodeExecution
    token: str
    prompt: str
    context: dict[str, Any]
    lease_until: datetime


@dataclass(frozen=True)
class _Wish:
    """What a claim asks for."""

    agent: str
    run: int | None
    node: str | None
    session: str | None
    seconds: int | None


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
    _check_lease(lease_seconds)
    if node is not None and run is None:
        raise Refused("bad_node", "To claim a node by its id, name its run too.")
    pk = run.pk if isinstance(run, WorkflowRun) else run
    session = short_text("session_id", session_id) or None
    wish = _Wish(agent_id, pk, node, session, lease_seconds)
    try:
        claim = _claim(actor, wish)
    except Refused as refused:
        if refused.code != "held" or not return_lost():
            raise
        return _claim(actor, wish)
    # what its agent has left lying is worth a second look only where nothing else waits
    return _claim(actor, wish) if claim is None and return_lost() else claim


def _claim(actor: Any, wish: _Wish) -> Claim | None:
    for _ in range(TRIES):
        row = _first(wish)
        if row is None and wish.run is None:
            return None  # who only asks takes no lock
        # a write of its own for each try: a second run is never locked while one is
        with write(actor) as w:
            claim, over = _try(w, wish, row)
        if over:
            return claim
    return None


def _try(w: Write, wish: _Wish, row: NodeExecution | None) -> tuple[Claim | None, bool]:
    """The claim, and whether there is nothing more to try: somebody may have been faster."""
    drive = _opened(w, wish, row)
    if drive is None:
        return None, False
    again = row is None and wish.node is not None
    if again:
        row = _held(drive, wish)
        if row.status == states.PENDING:  # it came into the queue just now
            return None, False
    if row is None:
        return None, True
    claim = _hand_out(drive, row, wish, again=again)
    return claim, claim is not None


def _first(wish: _Wish) -> NodeExecution | None:
    """The next row of the queue; unlocked, so somebody may be faster."""
    if wish.run is None:
        return next(iter(NodeExecution.objects.raw(f"{QUEUE} {ORDER}")), None)
    if wish.node is None:
        return next(
            iter(NodeExecution.objects.raw(f"{QUEUE} AND run_id = %s {ORDER}", [wish.run])), None
        )
    rows = NodeExecution.objects.filter(queue_at__isnull=False, run_id=wish.run)
    named = rows.filter(Q(node_id=wish.node) | Q(whole__node_id=wish.node))
    return named.order_by("wave", "priority", "pk").first()


def _opened(w: Write, wish: _Wish, row: NodeExecution | None) -> Drive | None:
    """The run, locked. None where nobody asked for it by name and it does not run: what waits of
    such a run, as a raw write may leave it, leaves the queue so that it holds nobody up."""
    pk = row.run_id if row is not None else wish.run
    assert pk is not None  # noqa: S101 - for the type checker; see _claim
    try:
        return Drive.open(w, pk)
    except Refused:
        if wish.run is not None:
            raise
        NodeExecution.objects.filter(run_id=pk, queue_at__isnull=False).update(queue_at=None)
        return None


def _held(drive: Drive, wish: _Wish) -> NodeExecution:
    """The execution of a named node that the same agent holds already, or that waits by now;
    else why it cannot be had."""
    node = str(wish.node)
    row = drive.run.executions.filter(node_id=node).order_by("-pk").first()
    if row is None:
        if node in drive.plan.known:
            raise Refused("not_due", f"Node {node} is not due yet.", status=409)
        words = f"Run {drive.run.pk} has no node {node[:ID_SHOWN]}."
        raise Refused("not_found", words, status=404)
    if row.status == states.PENDING:
        return row
    if row.status != states.RUNNING:
        raise Refused("node_over", f"Node {node} is {row.status}.", status=409)
    same = (row.agent_id, row.session_id) == (wish.agent, wish.session)
    if wish.session and row.lease_until and same:
        return row
    words = f"{row.agent_id} holds node {node}." if row.lease_until else "All parts are taken."
    raise Refused("held", words, status=409)


def _hand_out(drive: Drive, row: NodeExecution, wish: _Wish, *, again: bool) -> Claim | None:
    """None where somebody was faster. *again*: the agent has it, but lost the answer."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    lease = wish.seconds or row.lease_seconds or LEASE
    columns: dict[str, Any] = {
        "status": states.RUNNING,
        "agent_id": wish.agent,
        "session_id": wish.session,
        "claim_hash": hash_of(token),
        "claimed_at": drive.now,
        "heartbeat_at": drive.now,
        "lease_seconds": lease,
        "lease_until": drive.now + timedelta(seconds=lease),
        "queue_at": None,
    }
    free = {"status": states.PENDING, "queue_at__isnull": False}
    held = {"status": states.RUNNING, "claim_hash": row.claim_hash, "lease_until__isnull": False}
    taken = NodeExecution.objects.filter(pk=row.pk, **(held if again else free))
    if not again:
        columns["started_at"] = drive.now
    if not taken.update(**columns):
        _leave_queue(row)
        return None
    if not again:
        _count_start(drive, row)
        words = f"{wish.agent} took {row.node_name or row.node_id}"
        about = {"node": row.node_id, "agent": wish.agent, "execution": row.pk}
        drive.tell("node_claimed", words, status=states.RUNNING, **about)
    for name, value in columns.items():
        setattr(row, name, value)
    drive.save()
    return Claim(row, token, row.prompt or "", dict(drive.context), columns["lease_until"])


def _leave_queue(row: NodeExecution) -> None:
    """What a raw write moved on without taking it out of the queue must not stay its head."""
    moved = NodeExecution.objects.filter(pk=row.pk, queue_at__isnull=False)
    moved.exclude(status=states.PENDING).update(queue_at=None)


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
        row = row_of(execution)
        if row.status != states.RUNNING or row.claim_hash != hash_of(token):
            raise lost(row, token)
        now = timezone.now()
        seconds = lease_seconds or row.lease_seconds or LEASE
        until = max(now + timedelta(seconds=seconds), row.lease_until or now)
        mine = NodeExecution.objects.filter(
            pk=row.pk, status=states.RUNNING, claim_hash=row.claim_hash
        )
        if not mine.update(heartbeat_at=now, lease_until=until):
            raise lost(row_of(execution), token)
        row.heartbeat_at, row.lease_until = now, until
        return row


def row_of(execution: NodeExecution | int) -> NodeExecution:
    pk = execution.pk if isinstance(execution, NodeExecution) else execution
    found = list(NodeExecution.objects.raw(ONE, [pk]))
    if not found:
        raise Refused("not_found", f"No node execution has the id {pk}.", status=404)
    return found[0]


def lost(row: NodeExecution, token: str) -> Refused:
    """Why a token holds a node no longer."""
    if row.status in states.NODE_OVER:
        words = f"Node {row.node_id} is {row.status} already."
        if row.status == states.SKIPPED and row.error_message:
            words = f"Node {row.node_id} is skipped: {row.error_message}"
        return Refused("node_over", words, status=409)
    if row.claim_hash is None or row.lease_until is None:
        return Refused("not_held", f"Node {row.node_id} waits: claim it first.", status=409)
    words = f"This claim holds node {row.node_id} no longer: {row.agent_id} has it."
    return Refused("claim_lost", words, status=409)


def hash_of(token: str) -> str:
    """What is kept of a claim's token."""
    return hashlib.sha256(str(token).encode("utf-8", "replace")).hexdigest()


def _check_agent(agent_id: str) -> None:
    flaw = flaw_of(str(agent_id or ""))
    if flaw:
        raise Refused("bad_agent_id", f"agent_id {flaw}.")


def _check_lease(seconds: int | None) -> None:
    if seconds is not None and not (type(seconds) is int and LEAST_LEASE <= seconds <= MOST_LEASE):
        words = f"lease_seconds is a whole number from {LEAST_LEASE} to {MOST_LEASE:,}."
        raise Refused("bad_lease", words)
