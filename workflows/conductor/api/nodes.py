"""Nodes in the hands of agents: claimed, kept alive, handed in, given back."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from elfsite.api.area import INTEGER_MOST, Answer, Body, Line, Prose
from elfsite.api.caller import caller_of
from elfsite.api.rows import plain
from elfsite.errors import Refused
from learning.reviews.access import only_stewards
from workflows.conductor.api.shared import Object, Why, area, run_of
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.services import nodes
from workflows.conductor.services.claims import LEAST_LEASE, MOST_LEASE

NOTHING = "Nothing waits now: ask again later."
Agent = Annotated[str, Field(min_length=1, max_length=100)]
Lease = Annotated[int, Field(ge=LEAST_LEASE, le=MOST_LEASE)]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class Wish(Body):
    """Who takes the node. ``agent_id`` is the key's name unless it is sent; with a ``session_id``
    a claim whose answer was lost is handed out again."""

    agent_id: Agent | None = None
    session_id: Line | None = None
    lease_seconds: Lease | None = None


class AnyWish(Wish):
    """Who takes the next node, of ``run_id`` alone or of any run. ``agent_id`` is the key's name
    unless it is sent."""

    run_id: Annotated[int, Field(ge=1, le=INTEGER_MOST)] | None = None


class Claimed(Answer):
    """A node in the agent's hands until ``lease_until``. ``token`` is said this once."""

    execution_id: int
    run_id: int
    node_id: str
    node_name: str | None
    node_type: str
    attempt: int | None
    agent_id: str
    token: str
    prompt: str
    context: Object
    lease_until: str
    lease_seconds: int


def _claimed(claim: nodes.Claim) -> Object:
    row = claim.execution
    return plain(
        {
            "execution_id": row.pk,
            "run_id": row.run_id,
            "node_id": row.node_id,
            "node_name": row.node_name,
            "node_type": row.node_type,
            "attempt": row.attempt,
            "agent_id": row.agent_id,
            "token": claim.token,
            "prompt": claim.prompt,
            "context": claim.context,
            "lease_until": claim.lease_until,
            "lease_seconds": row.lease_seconds,
        }
    )


def _handed(claim: nodes.Claim | None) -> HttpResponse | Object:
    """204 where nothing waits: an agent asks again later."""
    return HttpResponse(status=204) if claim is None else _claimed(claim)


@area.post("/claims", scope="run", answer=Claimed, empty=NOTHING)
def claim_next(request: HttpRequest, body: AnyWish) -> HttpResponse | Object:
    """Take the next node that waits, or get 204 where none does.

    Of the oldest run, of its first wave, of the first priority. The node is the agent's until
    ``lease_until``; a heartbeat begins the lease anew.
    """
    caller = caller_of(request)
    claim = nodes.claim_node(
        actor=caller.person,
        agent_id=caller.agent(body.agent_id),
        run=None if body.run_id is None else run_of(body.run_id, caller),
        session_id=body.session_id,
        lease_seconds=body.lease_seconds,
    )
    return _handed(claim)


@area.post("/workflow-runs/{int:pk}/nodes/{node}/claim", scope="run", answer=Claimed, empty=NOTHING)
def claim_one(request: HttpRequest, pk: int, node: str, body: Wish) -> HttpResponse | Object:
    """Take one node of a run.

    409 says who holds it, that it is over, or that it is not due yet.
    """
    caller = caller_of(request)
    claim = nodes.claim_node(
        actor=caller.person,
        agent_id=caller.agent(body.agent_id),
        run=run_of(pk, caller),
        node=node,
        session_id=body.session_id,
        lease_seconds=body.lease_seconds,
    )
    return _handed(claim)


class Beat(Body):
    """The token of the claim; ``lease_seconds`` as long as it was claimed for, unless sent."""

    token: Token
    lease_seconds: Lease | None = None


class Done(Body):
    """What came out. ``text`` is read for findings and files, ``result`` is merged into the
    context of the run, ``files`` are paths that were written, ``tokens`` what it used."""

    token: Token
    text: Annotated[str, Field(max_length=nodes.TEXT_TAKEN)] = ""
    result: Object = {}
    tokens: Annotated[int, Field(ge=0, le=nodes.TOKENS_MOST)] | None = None
    files: Annotated[list[str], Field(max_length=nodes.FILES_TAKEN)] = []


class Failed(Body):
    """Why it could not be done. ``error_type`` is a word: exception, blocker, timeout, crash."""

    token: Token
    message: Prose
    error_type: Line = "exception"


class Given(Body):
    """The token of the claim, and why the node is given back."""

    token: Token
    reason: Line = ""


class Held(Answer):
    """A node as it stands now, and its run."""

    execution_id: int
    run_id: int
    node_id: str
    status: str
    lease_until: str | None
    error_type: str | None
    error_message: str | None
    run_status: str


def _held(row: NodeExecution) -> Object:
    status = WorkflowRun.objects.values_list("status", flat=True).get(pk=row.run_id)
    return plain(
        {
            "execution_id": row.pk,
            "run_id": row.run_id,
            "node_id": row.node_id,
            "status": row.status,
            "lease_until": row.lease_until,
            "error_type": row.error_type,
            "error_message": row.error_message,
            "run_status": status,
        }
    )


@area.post("/nodes/{int:pk}/heartbeat", scope="run", answer=Held)
def heartbeat(request: HttpRequest, pk: int, body: Beat) -> Object:
    """Say that the agent is still at work.

    409 says that the claim holds no longer: stop.
    """
    row = nodes.heartbeat_node(
        actor=caller_of(request).person,
        execution=_known(pk),
        token=body.token,
        lease_seconds=body.lease_seconds,
    )
    return _held(row)


@area.post("/nodes/{int:pk}/complete", scope="run", answer=Held)
def complete(request: HttpRequest, pk: int, body: Done) -> Object:
    """Hand a node in.

    What follows from it is decided at once. Said again with the same token nothing happens
    twice.
    """
    row = nodes.complete_node(
        actor=caller_of(request).person, execution=_known(pk), **body.model_dump()
    )
    return _held(row)


@area.post("/nodes/{int:pk}/fail", scope="run", answer=Held)
def fail(request: HttpRequest, pk: int, body: Failed) -> Object:
    """Say that a node could not be done; it is tried again while it has retries left."""
    row = nodes.fail_node(
        actor=caller_of(request).person, execution=_known(pk), **body.model_dump()
    )
    return _held(row)


@area.post("/nodes/{int:pk}/release", scope="run", answer=Held)
def release(request: HttpRequest, pk: int, body: Given) -> Object:
    """Give a node back undone; it waits for the next agent."""
    row = nodes.release_node(
        actor=caller_of(request).person, execution=_known(pk), **body.model_dump()
    )
    return _held(row)


@area.post("/nodes/{int:pk}/skip", scope="run", answer=Held)
def skip(request: HttpRequest, pk: int, body: Why) -> Object:
    """Pass over a node that waits or is in work.

    For stewards. The branch goes on without it.
    """
    caller = caller_of(request)
    only_stewards(caller.person, "skip a node")
    return _held(nodes.skip_node(actor=caller.person, execution=_known(pk), reason=body.reason))


def _known(pk: int) -> int:
    """Raises Refused 404 for an id that no database can hold; services know the others."""
    if pk > INTEGER_MOST:
        raise Refused("not_found", f"No node execution has the id {pk}.", status=404)
    return pk
