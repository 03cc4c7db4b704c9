"""Background work of sessions."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from workflows.sessions.services import KEPT_DAYS, forget_contexts

DAY = 24 * 3600


@job("forget_contexts", max_seconds=600)
def forget(job: JobContext) -> dict[str, int]:
    """Contexts that we recorded are deleted after seven days."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    return {"deleted": forget_contexts(actor="schedule", before=before)}


every("forget contexts", seconds=DAY, kind="forget_contexts")
