"""Keeping the places: a fold every 15 seconds, a rebuild when one is owed; cleaning up each day."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from workflows.trails.collisions import look_for_collisions
from workflows.trails.places import fold_trails, rebuild_owed, rebuild_places
from workflows.trails.services import clean_collisions, clean_trails


@job("keep_places", max_seconds=600)
def keep_places(job: JobContext) -> dict[str, int]:
    """Fold the trails that came, or rebuild all places where that is owed (once an hour at least);
    then tell of agents that collided by trails that were not laid here."""
    if rebuild_owed():
        return {"places": rebuild_places(resume=True), "collisions": look_for_collisions()}
    return {"folded": fold_trails(), "collisions": look_for_collisions()}


@job("clean_trails", max_seconds=1800)
def clean(job: JobContext) -> dict[str, int]:
    """Our trails that are older than ``ELF_TRAIL_DAYS`` and have faded or expired are deleted, and
    so are collisions of before that time."""
    keep = dt.timedelta(days=settings.TRAIL_DAYS)
    now = timezone.now()
    deleted = clean_trails(now=now, keep=keep, check=job.check)
    return {"deleted": deleted, "collisions": clean_collisions(now=now, keep=keep)}


every("clean trails", seconds=24 * 3600, kind="clean_trails")
every("keep places", seconds=15, kind="keep_places")
