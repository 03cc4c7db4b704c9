"""The house-keeping of the log."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from elfsite.timeline.retention import prune_events

DAY = 24 * 3600


@job("prune_events", max_seconds=1800)
def prune(job: JobContext) -> dict[str, int]:
    """Events older than ``ELF_TIMELINE_DAYS`` are deleted."""
    before = timezone.now() - dt.timedelta(days=settings.TIMELINE_DAYS)
    return {"deleted": prune_events(before=before, check=job.check)}


every("prune events", seconds=DAY, kind="prune_events")
