"""What is thrown away after its time: the logs of refused replays, tickets that nobody used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from elfsite.timeline.log import write
from game.arena.access import TOPIC
from game.arena.models import Replay, Sortie

REFUSED_LOGS = dt.timedelta(days=14)  # long enough to ask why
UNUSED = dt.timedelta(days=2)
BATCH = 500


def throw_away(*, now: dt.datetime, check: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Empty old refused logs (the row and its reason stay) and delete lapsed tickets, in short
    transactions. *check* is called between two and may raise to stop."""
    logs = _batches(check, lambda: _empty_logs(now - REFUSED_LOGS))
    tickets = _batches(check, lambda: _drop_tickets(now - UNUSED))
    if logs:
        with write() as w:
            words = f"{logs:,} refused logs older than {REFUSED_LOGS.days} days were emptied"
            w.event(TOPIC, "cleaned", None, words, logs=logs)
    return {"logs": logs, "tickets": tickets}


def _batches(check: Callable[[], None], step: Callable[[], int]) -> int:
    total = 0
    while True:
        check()
        done = step()
        total += done
        if done < BATCH:
            return total


def _empty_logs(before: dt.datetime) -> int:
    with write():
        old = Replay.objects.filter(status="refused", sent_at__lt=before).exclude(log="")
        ids = list(old.order_by("sent_at").values_list("pk", flat=True)[:BATCH])
        return Replay.objects.filter(pk__in=ids).update(log="")


def _drop_tickets(before: dt.datetime) -> int:
    with write():
        lapsed = Sortie.objects.filter(used_at__isnull=True, expires_at__lt=before)
        ids = list(lapsed.order_by("pk").values_list("pk", flat=True)[:BATCH])
        return Sortie.objects.filter(pk__in=ids).delete()[0]
