"""How long events are kept: old ones go in small steps, so that nobody waits for the lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from elfsite.timeline.log import write
from elfsite.timeline.models import TimelineEvent

BATCH = 2000  # events of one transaction: about 20 ms


def prune_events(*, before: dt.datetime, check: Callable[[], None] = lambda: None) -> int:
    """Delete the events before that time, oldest first; how many went.

    *check* is called between two transactions and may raise to stop. What is gone is told by one
    event. The newest event stays whatever its age: the stream and the panels go on from its id.
    """
    gone = 0
    newest = TimelineEvent.everything.order_by("-id").values_list("id", flat=True).first()
    while newest is not None:
        check()
        count = _prune_batch(before, newest)
        gone += count
        if count < BATCH:
            break
    if gone:
        with write() as w:
            words = f"{gone:,} events from before {before:%Y-%m-%d} were deleted"
            w.event("timeline", "pruned", None, words, deleted=gone)
    return gone


def _prune_batch(before: dt.datetime, newest: int) -> int:
    with write():
        old = TimelineEvent.everything.filter(at__lt=before, id__lt=newest).order_by("at")
        ids = list(old.values_list("id", flat=True)[:BATCH])
        return TimelineEvent.everything.filter(id__in=ids).delete()[0]
