"""Nodes in the hands of agents: claimed, kept alive, completed, failed, given back, skipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elfsite.errors import Refused
from elfsite.origins import seedjson
from elfsite.timeline.log import Write, write
from workflows.conductor import hooks, states
from workflows.conductor.findings import clean_paths, files_in, findings_in
from workflows.conductor.models import NodeExecution
from workflows.conductor.services import outcomes
from workflows.conductor.services.claims import (
    Claim,
    claim_node,
    hash_of,
    heartbeat_node,
    lost,
    row_of,
)
from workflows.conductor.services.cleaning import clean_object, clean_text, short_text
from workflows.conductor.services.driving import CONTEXT_MOST, Drive, named, node_of
from workflows.conductor.services.firing import lease_of

TEXT_TAKEN = 1_000_000  # characters of a result text; findings are read from all of it
MESSAGE_MOST = 2_000  # characters of an error
REASON_MOST = 500
FILES_TAKEN = 1_000
PATH_TAKEN = 1_000  # characters
KIND_MOST = 200  # characters of an error's type
TOKENS_MOST = 2**53

__all__ = [
    "Claim",
    "claim_node",
    "complete_node",
    "fail_node",
    "heartbeat_node",
    "release_node",
    "skip_node",
]


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
            kind = str(given.get("error_type") or "exception")[:KIND_MOST]
            brought["result_json"] = seedjson.dump(brought["result_json"])
            said = clean_text(message, MESSAGE_MOST)
            outcomes.fail(drive, row, kind, said, **brought, token_count=tokens)
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
    kind = short_text("error_type", error_type) or "exception"
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
            "lease_seconds": lease_of(drive, node_of(row)),
            "queue_at": drive.run.started_at,
        }
        mine = NodeExecution.objects.filter(pk=row.pk, claim_hash=row.claim_hash)
        if not mine.filter(status__in=outcomes.OPEN).update(**columns):
            raise lost(row_of(row), token)
        said = f"{agent} gave it back" + (f": {why}" if why else "")
        drive.decide("retry", said, **named(row))
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
        drive = Drive.open(w, row_of(execution).run_id)
        row = row_of(execution)
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
    row = row_of(execution)
    same = row.claim_hash is not None and row.claim_hash == hash_of(token)
    if same and said and row.status == said:
        return row
    if not same or row.status in states.NODE_OVER:
        raise lost(row, token)
    drive = Drive.open(w, row.run_id)
    # it may have moved before the lock was ours: what follows compares before it sets
    return drive, row


def _check_tokens(tokens: int | None) -> None:
    if tokens is not None and not (type(tokens) is int and 0 <= tokens <= TOKENS_MOST):
        raise Refused("bad_tokens", "tokens is a whole number, 0 or more.")


def _check_files(files: Sequence[str] | None) -> list[str]:
    given = [] if files is None else files
    if isinstance(given, str) or not all(isinstance(each, str) for each in given):
        raise Refused("bad_files", "files is a list of paths.")
    if len(given) > FILES_TAKEN:
        raise Refused("too_many", f"At most {FILES_TAKEN:,} files are taken.")
    return [clean_text(each, PATH_TAKEN) for each in given]
