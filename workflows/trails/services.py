"""What is done to trails: those that nobody can smell any more are cleaned up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db.models import F, Q, QuerySet

from elfsite.timeline.log import write
from workflows.trails.decay import HORIZON
from workflows.trails.hours import Hours
from workflows.trails.models import PlacesState, Trail

BATCH = 2000  # trails of one transaction


def cleanable(now: dt.datetime, keep: dt.timedelta) -> QuerySet[Trail]:
    """Our own trails, never governed and longer than *keep* laid, of which nothing is left.

    Nothing is left of a trail that has expired, or that is older than HORIZON periods (then less
    than .01). Rows of a source are never ours to delete; a time that cannot be read stays.
    """
    faded = now - dt.timedelta(hours=HORIZON * settings.TRAIL_PERIOD_HOURS)
    nothing = Q(expires_at__lte=now) | Q(created_at__lt=faded)
    ours = Trail.objects.filter(origin__isnull=True, governed_at__isnull=True)
    old = ours.filter(nothing, created_at__lt=now - keep)
    return old.alias(hour=Hours(F("created_at"))).filter(hour__isnull=False)


def clean_trails(
    *, now: dt.datetime, keep: dt.timedelta, check: Callable[[], None] = lambda: None
) -> int:
    """Delete the trails that are ``cleanable``, in short transactions; how many went.

    *keep* is at least the longest window of the map. *check* is called between two transactions
    and may raise to stop. One event tells the number; places are then summed up anew.
    """
    gone = 0
    while True:
        check()
        with write():
            ids = list(
                cleanable(now, keep).order_by("created_at").values_list("pk", flat=True)[:BATCH]
            )
            Trail.objects.filter(pk__in=ids).delete()
        gone += len(ids)
        if len(ids) < BATCH:
            break
    if gone:
        with write() as w:
            PlacesState.objects.update(stale=True, rebuilt_to=None)
            words = (
                f"{gone:,} of our trails older than {keep.days} days were deleted: they had faded"
            )
            w.event("trails", "cleaned", None, words, deleted=gone)
    return gone
