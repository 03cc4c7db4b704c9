"""Background work of rules."""

from __future__ import annotations

from dataclasses import asdict

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from learning.heuristics.maintenance import maintain

DAY = 24 * 3600


@job("maintain_heuristics", max_seconds=3600)
def maintain_heuristics(job: JobContext) -> dict[str, int]:
    """Rules fade, rest, are given up, and people are asked about gold."""
    seen = 0

    def tick(phase: str) -> None:
        nonlocal seen
        seen += 1
        job.progress(seen, note=phase)

    return asdict(maintain(tick=tick))


every("maintain heuristics", seconds=DAY, kind="maintain_heuristics")
