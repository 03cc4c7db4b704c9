"""Nodes whose agent fell silent go back into the queue; runs that stand still are ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import write
from workflows.conductor import states
from workflows.conductor.models import NodeExecution
from workflows.conductor.services import outcomes
from workflows.conductor.services.driving import Drive, named, node_of
from workflows.conductor.services.firing import lease_of

MOST_LOSSES = 5  # agents that may fall silent on one execution before it fails as lost
BATCH = 50  # executions that one call looks at


def return_lost(*, actor: Any = None, now: datetime | None = None) -> int:
    """Give back what is held by agents whose lease has ended; how many that were.

    Each in a write of its own. A node on which MOST_LOSSES agents fell silent fails as ``lost``.
    """
    moment = now or timezone.now()
    lost = NodeExecution.objects.filter(lease_until__lt=moment).order_by("lease_until")
    found = list(lost.values_list("pk", "run_id")[:BATCH])
    return sum(_return(actor, pk, run_id, moment) for pk, run_id in found)


def _return(actor: Any, pk: int, run_id: int, moment: datetime) -> bool:
    try:
        with write(actor) as w:
            drive = Drive.open(w, run_id)
            row = NodeExecution.objects.filter(pk=pk).first()
            if row is None or not row.lease_until or row.lease_until >= moment:
                return False  # its agent spoke meanwhile
            if row.status == states.RUNNING:
                _back(drive, row)
                return True
    except Refused:  # a run that is over holds nothing
        pass
    NodeExecution.objects.filter(pk=pk).update(lease_until=None)
    return False


def _back(drive: Drive, row: NodeExecution) -> None:
    losses = (row.losses or 0) + 1
    agent = row.agent_id or "its agent"
    if losses > MOST_LOSSES:
        message = f"{losses} agents fell silent on it, {agent} last."
        outcomes.fail(drive, row, "lost", message, retry=False)
        drive.settle()
        return
    NodeExecution.objects.filter(pk=row.pk).update(
        status=states.PENDING,
        losses=losses,
        retry_count=(row.retry_count or 0) + 1,
        started_at=None,
        lease_until=None,
        lease_seconds=lease_of(drive, node_of(row)),
        queue_at=drive.run.started_at,
    )
    said = f"its agent fell silent ({agent})"
    drive.decide("retry", said, **named(row), losses=losses)
    words = f"{row.node_name or row.node_id} waits again: {agent} fell silent"
    about = {"node": row.node_id, "agent": agent, "execution": row.pk}
    drive.tell("node_returned", words, status=states.PENDING, **about)
    drive.save()
