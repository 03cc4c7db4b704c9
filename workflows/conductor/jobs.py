"""Background work of runs: nodes of silent agents go back, runs that stand still are seen to."""

from __future__ import annotations

from threading import Event

from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import beside, every, job
from workflows.conductor.services.returning import return_lost
from workflows.conductor.services.standing import advance_runs

LOOK_EVERY = 2.0  # seconds; one look is one question to an index that holds open leases only


@beside("leases of nodes")
def return_lost_nodes(ends: Event) -> None:
    """What agents hold that fell silent goes back into the queue. Not a job: a row each two
    seconds would be all that the list of jobs shows."""
    while not ends.wait(LOOK_EVERY):
        while return_lost() and not ends.is_set():
            pass


@job("advance_runs", max_seconds=600)
def advance(job: JobContext) -> dict[str, int]:
    """Runs that stand still go on, or are ended."""
    return advance_runs(check=job.check)


every("advance runs", seconds=60, kind="advance_runs")
