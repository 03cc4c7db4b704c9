"""Counting past days: looked at every half minute, done when it is owed."""

from __future__ import annotations

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from elfsite.pages.days import recount, recount_owed
from elfsite.pages.readings import ROLLED


@job("count_days", max_seconds=600)
def count_days(job: JobContext) -> dict[str, int]:
    """Each table that Overview shows by day: once an hour, at midnight, and after an import."""
    done = {}
    for counted in ROLLED:
        job.check()
        if recount_owed(counted):
            done[counted.subject] = recount(counted)
    return done


every("count days", seconds=30, kind="count_days")
