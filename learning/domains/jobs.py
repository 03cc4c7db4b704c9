"""Background work of domains."""

from __future__ import annotations

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from learning.domains.services import count_all, refresh_baselines, refresh_health

DAY = 24 * 3600


@job("refresh_domains", max_seconds=1800)
def refresh_domains(job: JobContext) -> dict[str, int]:
    """Counts, health, and every baseline that is older than a week."""
    actor = "domain upkeep"
    counted = count_all(actor=actor)
    job.progress(1, note="counted")
    measured = refresh_health(actor=actor)
    job.progress(2, note="measured")
    found = refresh_baselines(actor=actor, stale_only=True)
    known = sum(each.found is not None for each in found)
    drifted = sum(each.moved is not None and each.moved.significant for each in found)
    return {"counted": counted, "measured": measured, "baselines": known, "drifted": drifted}


every("refresh domains", seconds=DAY, kind="refresh_domains")
