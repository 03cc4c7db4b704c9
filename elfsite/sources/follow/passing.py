"""One pass over all tables with pending rows, parents before their children."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from django.db import transaction
from django.utils import timezone

from elfsite.origins.models import Source
from elfsite.origins.tables import TableImport
from elfsite.sources import registry
from elfsite.sources.follow.taking import Taker
from elfsite.sources.follow.watched import Watched

TURN = 0.15  # seconds for the rows of one table; what is left comes with the next pass


def take_pending(watched: Watched, taker: Taker, stopped: Callable[[], bool]) -> float | None:
    """Take what is pending; the seconds from noticing to now of the oldest row, if any was taken.

    Raises Busy while somebody else writes the rows of the source.
    """
    oldest: float | None = None
    for declaration in registry.tables():
        _find_lost(watched, taker, declaration)
        until = time.monotonic() + TURN
        table = watched.tables.get(declaration.table)
        while table and table.pending and watched.connection and not stopped():
            noticed = taker.take(watched.connection, table)
            if noticed is not None:
                oldest = noticed if oldest is None else min(oldest, noticed)
            if time.monotonic() > until:
                break
    taker.wake(watched.tables)
    return None if oldest is None else time.monotonic() - oldest


def _find_lost(watched: Watched, taker: Taker, declaration: TableImport) -> None:
    """A table that was dropped or altered: which of its rows are still there?"""
    if declaration.table not in watched.unsure or watched.connection is None:
        return
    table = watched.tables.get(declaration.table)
    taker.find_lost(watched.connection, declaration, table.plan if table else None)
    watched.unsure.discard(declaration.table)


def count_added(source: Source, added: Mapping[str, int]) -> None:
    """Keep the numbers of the source's page, and what areas derive from new rows.

    Areas that keep up with each change by themselves (``around_changes``) are not asked.
    """
    with transaction.atomic():
        locked = Source.objects.select_for_update().filter(pk=source.pk).first()
        if locked is None:
            return
        rows = locked.facts.get("rows", {})
        for table, count in added.items():
            rows[table] = rows.get(table, 0) + count
        locked.facts |= {"rows": rows, "total": sum(rows.values())}
        locked.last_activity_at = timezone.now()
        locked.save(update_fields=["facts", "last_activity_at"])
    labels = {d.model._meta.app_label for d in registry.tables() if d.table in added}
    for hook in registry.hooks({one for one in labels if not registry.around_changes(one)}):
        hook(source)
