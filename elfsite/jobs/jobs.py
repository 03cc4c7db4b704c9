"""The house-keeping of the site's own tables."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from elfsite.jobs.services import KEEP_FINISHED, prune_jobs

DAY = 24 * 3600


@job("prune_jobs", max_seconds=600)
def prune(job: JobContext) -> dict[str, int]:
    """Jobs that ended more than 30 days ago are deleted."""
    return {"deleted": prune_jobs(before=timezone.now() - KEEP_FINISHED)}


@job("prune_logins", max_seconds=600)
def prune_logins(job: JobContext) -> None:
    """Sessions that have run out are deleted; nothing else does that."""
    from django.contrib.sessions.backends.db import SessionStore

    SessionStore.clear_expired()


@job("refresh_statistics", max_seconds=600)
def refresh_statistics(job: JobContext) -> None:
    """What the query planner knows of the tables; PostgreSQL keeps that up by itself."""
    if connection.vendor == "sqlite":
        optimize()


def optimize() -> None:
    """SQLite's own advice: analyse what needs it, at most 1000 rows of an index."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("PRAGMA optimize")


every("prune jobs", seconds=DAY, kind="prune_jobs")
every("prune logins", seconds=DAY, kind="prune_logins")
every("refresh statistics", seconds=DAY // 4, kind="refresh_statistics")
