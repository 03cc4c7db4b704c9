"""What a running job knows of itself: who asked, how far it is, whether it has to stop."""

from __future__ import annotations

import time

from django.db import connection

from elfsite.jobs import services
from elfsite.jobs.models import Job

# why a run has to stop: its worker ends, its time is over, or another run has its job
ENDING, OVERTIME, LOST = "ending", "overtime", "lost"
WRITE_EVERY = 0.5  # seconds: nobody sees a progress bar move faster, and each write is a commit


class JobStopped(BaseException):
    """The run has to end now; raised by ``progress()`` and ``check()``.

    Not an Exception: a job that steps over bad rows with ``except Exception`` must not swallow it.
    """


class JobContext:
    """Handed to the job as its first argument.

    ``progress(done, total, note)`` tells people how far it is and ends the run when it has to
    stop; a job that runs longer than a second calls it (or ``check()``) at least once a second,
    outside of its transactions.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._written = 0.0
        self._stop = ""
        self.id: int = job.pk
        self.attempt = job.attempts
        self.requested_by_id: int | None = job.requested_by_id

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """*done* of *total* (None while unknown) and a line in words. Raises JobStopped."""
        self.check()
        now = time.monotonic()
        if now - self._written < WRITE_EVERY and done != total:
            return
        if connection.in_atomic_block:
            return  # nobody would see it before the commit, and the row would stay locked
        self._written = now
        if not services.note_progress(job=self._job, done=done, total=total, note=note):
            raise JobStopped(LOST)

    def check(self) -> None:
        """Raises JobStopped when the worker ends or the time is over."""
        if self._stop:
            raise JobStopped(self._stop)

    def stop(self, reason: str) -> None:
        """Ask the run to end at its next ``progress()`` or ``check()``."""
        self._stop = reason
