"""The house-keeping of the doors."""

from __future__ import annotations

from django.utils import timezone

from elfsite.doors.http.remembering import KEPT, purge_answers
from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job


@job("purge_answers", max_seconds=600)
def purge(job: JobContext) -> dict[str, int]:
    """Answers to requests with an Idempotency-Key are forgotten after 24 hours."""
    return {"deleted": purge_answers(before=timezone.now() - KEPT, check=job.check)}


every("purge answers", seconds=3600, kind="purge_answers")
