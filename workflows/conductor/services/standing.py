"""Runs that stand still: what was interrupted goes on, and what nobody takes is ended.

Every step of a run is one transaction, so none is interrupted by a crash. A run stands still where
another program changed its rows, or where no agent comes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import write
from workflows.conductor import states
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.conductor.plan import DONE, LIVE, PASSED, STOPPED
from workflows.conductor.services import outcomes
from workflows.conductor.services.driving import Drive, drop_open
from workflows.conductor.services.firing import result_of, state_after_failure

QUIET = timedelta(minutes=1)  # since the last change: younger runs are left alone
BATCH = 200  # runs that one call looks at
WAITS_FOR = 3  # names of nodes in the reason of a run that nobody moved


def advance_runs(
    *, actor: Any = None, now: datetime | None = None, check: Callable[[], None] | None = None
) -> dict[str, int]:
    """Look at the runs that have not moved for a minute.

    One in which nothing waits and nothing is held goes on where it stands, or ends; one that has
    not moved for ELF_RUN_IDLE_HOURS, with nobody at work, ends as failed. How many there were of
    each: ``{"mended", "given_up"}``. *check* may raise between two runs.
    """
    moment = now or timezone.now()
    told = {"mended": 0, "given_up": 0}
    idle = moment - timedelta(hours=settings.RUN_IDLE_HOURS)
    for pk in _still(moment - QUIET, Q(queue_at__isnull=False) | Q(lease_until__isnull=False)):
        told["mended"] += _each(actor, pk, _mend, check)
    for pk in _still(idle, Q(lease_until__isnull=False)):
        told["given_up"] += _each(actor, pk, _give_up, check)
    return told


def _still(before: datetime, busy: Q) -> list[int]:
    """Runs that did not move since *before* and have no execution that is *busy*."""
    rows = NodeExecution.objects.filter(busy, run_id=OuterRef("pk"))
    quiet: QuerySet[WorkflowRun] = WorkflowRun.objects.filter(moved_at__lt=before)
    return list(
        quiet.filter(~Exists(rows)).order_by("moved_at").values_list("pk", flat=True)[:BATCH]
    )


def _each(
    actor: Any, pk: int, act: Callable[[Drive], None], check: Callable[[], None] | None
) -> bool:
    if check is not None:
        check()
    try:
        with write(actor) as w:
            act(Drive.open(w, pk))
        return True
    except Refused:  # it is over, or no longer ours: nothing of it moves any more
        WorkflowRun.objects.filter(pk=pk).update(moved_at=None)
        return False


def _mend(drive: Drive) -> None:
    open_rows = NodeExecution.objects.filter(
        run_id=drive.run.pk, status__in=(states.PENDING, states.RUNNING)
    )
    if open_rows.filter(Q(queue_at__isnull=False) | Q(lease_until__isnull=False)).exists():
        return  # it moved meanwhile
    lost = open_rows.filter(parts__isnull=True)
    if lost.update(status=states.PENDING, queue_at=drive.run.started_at):
        drive.decide("retry", "it stood in no queue")
        drive.save()
        return
    for whole_id in open_rows.values_list("pk", flat=True).distinct():
        outcomes.combine(drive, whole_id)
    for node_id in [id for id, (state, _) in drive.plan.nodes.items() if state == LIVE]:
        _take_up(drive, node_id)
    drive.settle()


def _take_up(drive: Drive, node_id: str) -> None:
    """A node that the plan holds for live, though no execution of it is open."""
    rows = drive.run.executions.filter(node_id=node_id, whole__isnull=True)
    row = rows.order_by("-pk").first()
    status = row.status if row else "gone"
    drive.decide("route", f"the run goes on: {node_id} is {status}", node_id=node_id)
    if row is not None and status == states.COMPLETED:
        drive.node_over(node_id, DONE, result_of(row))
    elif status == states.SKIPPED:
        drive.node_over(node_id, PASSED)
    else:
        drive.count(failed_nodes=1)
        state = state_after_failure(drive, node_id) if row else STOPPED
        drive.node_over(node_id, state)


def _give_up(drive: Drive) -> None:
    waiting = NodeExecution.objects.filter(run_id=drive.run.pk, queue_at__isnull=False)
    names = list(waiting.order_by("wave", "priority", "pk").values_list("node_id", flat=True))
    said = ", ".join(names[:WAITS_FOR]) + (" and more" if len(names) > WAITS_FOR else "")
    verb = "waits" if len(names) == 1 else "wait"
    days = settings.RUN_IDLE_HOURS / 24
    span = f"{days:g} days" if days > 1 else f"{settings.RUN_IDLE_HOURS} hours"
    why = f"nothing moved for {span}: {said or 'no node'} {verb} for an agent"
    drop_open(drive, "No agent came.")
    drive.decide("abort", why)
    drive.finish(states.FAILED, why)
    drive.save()
