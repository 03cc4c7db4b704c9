"""One run of one job, from the call to the state that it leaves."""

from __future__ import annotations

import logging

from elfsite.errors import Refused
from elfsite.jobs import registry, services
from elfsite.jobs.context import ENDING, OVERTIME, JobContext, JobStopped
from elfsite.jobs.models import Job

log = logging.getLogger("elf.jobs")


def perform(job: Job, context: JobContext) -> None:
    """Run a claimed job and settle it: done, tried again, failed, or released."""
    try:
        kind = registry.kind_named(job.kind)
    except LookupError as unknown:
        services.fail_job(job=job, error=str(unknown))
        return
    try:
        result = kind(context, job.payload)
        services.finish_job(job=job, result=result)
    except JobStopped as stopped:
        _stopped(job, str(stopped))
    except Refused as refused:
        # trying again would be refused again
        services.fail_job(job=job, error=refused.sentence)
    except Exception as error:
        log.exception("Job %s (%s) failed in attempt %s", job.pk, job.kind, job.attempts)
        services.retry_or_fail_job(job=job, error=in_words(error))


def _stopped(job: Job, reason: str) -> None:
    if reason == ENDING:
        services.release_job(job=job)
    elif reason == OVERTIME:
        services.retry_or_fail_job(job=job, error=too_long(job))


def too_long(job: Job) -> str:
    return f"It ran longer than {registry.kind_named(job.kind).max_seconds} s."


def in_words(error: Exception) -> str:
    """What an error is and what it says."""
    words = str(error).strip() or "no further words"
    return f"{type(error).__name__}: {words}"


def run_pending(*, most: int = 100) -> int:
    """Run what is due in this thread, at most *most* jobs; how many ran. For tests and commands."""
    for count in range(most):
        job = services.claim_job(worker="inline")
        if job is None:
            return count
        perform(job, JobContext(job))
    return most
