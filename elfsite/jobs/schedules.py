"""Work that comes regularly: the code declares it, the table says when it is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from elfsite.jobs import registry
from elfsite.jobs.models import QUEUED, Job, Schedule
from elfsite.jobs.services import enqueue
from elfsite.timeline.log import write

FIRST_AFTER = 60  # seconds: a new schedule does not fall into the rush of the first start


def keep_schedules() -> None:
    """Make the table agree with the code; what a person set (``enabled``) and due times stay."""
    present = {row.name: row for row in Schedule.objects.all()}
    for declared in registry.regulars():
        row = present.pop(declared.name, None)
        wanted = {
            "kind": declared.kind,
            "every": declared.seconds,
            "payload": declared.payload,
        }
        if row is None:
            due = timezone.now() + timedelta(seconds=min(declared.seconds, FIRST_AFTER))
            Schedule.objects.get_or_create(name=declared.name, defaults={**wanted, "next_run": due})
        elif any(getattr(row, name) != value for name, value in wanted.items()):
            Schedule.objects.filter(pk=row.pk).update(**wanted)
    Schedule.objects.filter(pk__in=[row.pk for row in present.values()]).delete()


def fire_due_schedules() -> int:
    """Queue the work of every schedule that is due; how many were.

    Missed rounds are not made up for: after a night without worker each runs once.
    """
    now = timezone.now()
    fired = 0
    for row in Schedule.objects.filter(enabled=True, next_run__lte=now).order_by("next_run"):
        step = timedelta(seconds=row.every)
        following = row.next_run + step if row.next_run + step > now else now + step
        with write("schedule"):
            # of several workers that see it due one moves the time
            taken = Schedule.objects.filter(pk=row.pk, next_run=row.next_run).update(
                next_run=following, last_run=now
            )
            if taken:
                enqueue(row.kind, row.payload, key=f"schedule:{row.name}")
                fired += 1
    return fired


def next_moment() -> datetime | None:
    """When the next thing falls due by the clock alone; None if nothing will.

    What is due already is not meant: it waits for a free thread, or for the running job that has
    the same key.
    """
    now = timezone.now()
    moments = [
        Job.objects.filter(state=QUEUED, run_after__gt=now).aggregate(at=Min("run_after")),
        Schedule.objects.filter(enabled=True, next_run__gt=now).aggregate(at=Min("next_run")),
    ]
    return min((moment["at"] for moment in moments if moment["at"]), default=None)
