"""Who works on a run now, what waits for an agent, what it knows, and which runs it is kin to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from elfsite.listings.cells import shortened
from elfsite.origins import seedjson
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.progress import OVER, node_url
from workflows.conductor.timeline import length

SHOWN = 60  # nodes in hands or in the queue; the list of executions has all
KIN = 20  # runs made from this one
PARTS = 40  # of a swarm or parallel node
KEYS, VALUE_SHOWN = 40, 160  # of the context of a run under way; characters of a value
COLUMNS = (
    *("pk", "node_id", "node_name", "agent_id", "session_id", "status", "attempt", "losses"),
    *("claimed_at", "heartbeat_at", "lease_until", "queue_at", "whole__node_id"),
)


@dataclass(frozen=True)
class Hand:
    """A node in the hands of an agent, or in the queue for one."""

    pk: int
    name: str
    href: str
    agent: str
    session: str
    attempt: int
    losses: int
    since: dt.datetime | None
    heard: dt.datetime | None
    until: dt.datetime | None
    late: bool  # its lease is over: whoever asks next may have it


@dataclass(frozen=True)
class Working:
    """What moves in a run; *more* says that the lists are cut."""

    held: Sequence[Hand]
    waiting: Sequence[Hand]
    more: bool


def working_on(run: WorkflowRun, now: dt.datetime) -> Working | None:
    """None for a run that is over, or that somebody else drives."""
    if run.status in OVER or run.moved_at is None:
        return None
    wanted = Q(lease_until__isnull=False) | Q(queue_at__isnull=False)
    rows = NodeExecution.objects.filter(wanted, run_id=run.pk).order_by("wave", "priority", "pk")
    found = list(rows.values(*COLUMNS)[: SHOWN + 1])
    hands = [(_hand(row, now), row["status"] == "running") for row in found[:SHOWN]]
    return Working(
        held=[hand for hand, running in hands if running],
        waiting=[hand for hand, running in hands if not running],
        more=len(found) > SHOWN,
    )


def _hand(row: dict[str, Any], now: dt.datetime) -> Hand:
    until = row["lease_until"]
    return Hand(
        pk=row["pk"],
        name=row["node_name"] or row["node_id"],
        href=node_url(row["whole__node_id"] or row["node_id"]),
        agent=row["agent_id"] or "",
        session=row["session_id"] or "",
        attempt=row["attempt"] or 1,
        losses=row["losses"] or 0,
        since=row["claimed_at"],
        heard=row["heartbeat_at"],
        until=until,
        late=until is not None and until <= now,
    )


@dataclass(frozen=True)
class Kin:
    """The run that this one was made from, and those that were made from it, newest first."""

    parent: WorkflowRun | None
    children: Sequence[WorkflowRun]
    more: bool


def kin_of(run: WorkflowRun) -> Kin:
    light = WorkflowRun.objects.only("workflow_name", "status", "relation", "created_at")
    parent = light.filter(pk=run.parent_id).first() if run.parent_id else None
    children = list(light.filter(parent_id=run.pk).order_by("-pk")[: KIN + 1])
    return Kin(parent, children[:KIN], len(children) > KIN)


def parts_of(execution: NodeExecution) -> list[dict[str, Any]]:
    """The parts of a swarm or parallel node, as its panel lists them."""
    if execution.node_type not in ("swarm", "parallel"):
        return []
    columns = ("pk", "node_id", "status", "agent_id", "duration_ms", "token_count", "error_message")
    rows = execution.parts.order_by("part", "pk").values(*columns)[:PARTS]
    return [{**row, "took": _took(row["duration_ms"])} for row in rows]


def _took(ms: int | None) -> str:
    return "–" if ms is None or ms < 0 else length(ms / 1000)


def keys_of(context_json: str | None) -> list[tuple[str, str]]:
    """The first keys of a context, each with its value as short JSON; [] for what is no object."""
    found = seedjson.read(context_json, empty={}).value
    items = list(found.items())[:KEYS] if isinstance(found, dict) else []
    return [(str(key), shortened(seedjson.dump(value), VALUE_SHOWN)) for key, value in items]
