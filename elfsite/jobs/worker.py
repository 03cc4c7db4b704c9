"""The worker process: claims jobs, runs each in a thread, keeps schedules and leases alive.

Any number may run. One that is asked to end stops claiming, asks its jobs to stop, and gives back
what has not stopped in time; a job that ignores its time limit ends the process, which its
supervisor starts again. Either way a job runs again from its beginning: jobs are idempotent.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, connection, connections
from django.utils import timezone

from elfsite.jobs import registry, schedules, services
from elfsite.jobs.bell import Bell
from elfsite.jobs.context import ENDING, LOST, OVERTIME, JobContext
from elfsite.jobs.models import Job, Worker
from elfsite.jobs.runner import perform, too_long

BEAT = 10.0  # seconds between heartbeats; the lease is six of them
GRACE = 1.2  # seconds that jobs have to stop: the supervisor kills after two
OVERTIME_GRACE = 10.0  # seconds between asking a job to stop and ending the process
LONGEST_PAUSE = 30.0  # between attempts to reach a database that does not answer
FORGET_AFTER = timedelta(days=1)

log = logging.getLogger("elf.worker")


@dataclass
class Run:
    """A job in a thread."""

    job: Job
    context: JobContext
    limit: float  # seconds
    thread: threading.Thread
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


class WorkerProcess:
    """*threads* jobs at a time; ends by itself beyond *most_memory* bytes, to be started afresh."""

    def __init__(self, *, threads: int, most_memory: int) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.threads = threads
        self.most_memory = most_memory
        self.runs: list[Run] = []
        self.ending = False
        self.bell = Bell()
        self.last_beat = 0.0
        self.ends = threading.Event()
        self.companions: list[threading.Thread] = []

    def serve(self) -> None:
        """Until ``end()`` is called; survives a database that is away for a while."""
        pause = 1.0
        self._start_companions()
        while not self.ending:
            try:
                self._turn()
                pause = 1.0
            except DatabaseError:
                log.exception("The database does not answer; trying again in %.0f s", pause)
                connection.close()
                self.bell.wait(pause, lambda: self.ending)
                pause = min(pause * 2, LONGEST_PAUSE)
        self._wind_up()

    def end(self, *_: object) -> None:
        """Stop claiming; a signal handler, so it only sets a flag."""
        self.ending = True

    def _turn(self) -> None:
        self.runs = [run for run in self.runs if run.thread.is_alive()]
        self._beat()
        schedules.fire_due_schedules()
        self._watch_the_time()
        while len(self.runs) < self.threads and not self.ending and self._start_one():
            pass
        if not self.runs and own_bytes() > self.most_memory:
            log.info("Grown beyond %s MB; ending to start afresh", self.most_memory >> 20)
            self.ending = True
        self.bell.wait(self._nothing_to_do_for(), lambda: self.ending)

    def _start_companions(self) -> None:
        for name, run in registry.companions().items():
            thread = threading.Thread(target=self._accompany, args=(name, run), daemon=True)
            self.companions.append(thread)
            thread.start()

    def _accompany(self, name: str, run: registry.Companion) -> None:
        """A companion that breaks starts again: what it does is wanted as long as we live."""
        while not self.ends.is_set():
            try:
                run(self.ends)
            except Exception:
                log.exception("%s broke; it starts again in %.0f s", name, BEAT)
                self.ends.wait(BEAT)
            finally:
                connections.close_all()

    def _beat(self) -> None:
        if time.monotonic() - self.last_beat < BEAT:
            return
        if not self.last_beat:
            schedules.keep_schedules()
            services.forget_silent_workers(before=timezone.now() - FORGET_AFTER)
        services.beat_worker(name=self.name)
        for run in self.runs:
            if not services.renew_lease(job=run.job):
                run.context.stop(LOST)
        services.return_lost_jobs(dead=dead_workers())
        self.last_beat = time.monotonic()

    def _start_one(self) -> bool:
        job = services.claim_job(worker=self.name)
        if job is None:
            return False
        context = JobContext(job)
        thread = threading.Thread(
            target=self._perform, args=(job, context), name=f"job-{job.pk}", daemon=True
        )
        self.runs.append(Run(job, context, _limit(job), thread))
        thread.start()
        return True

    def _perform(self, job: Job, context: JobContext) -> None:
        try:
            perform(job, context)
        except DatabaseError:
            log.exception("Job %s could not be settled; it comes back with its lease", job.pk)
        finally:
            connections.close_all()
            self.bell.ring()

    def _watch_the_time(self) -> None:
        for run in self.runs:
            if run.seconds > run.limit:
                run.context.stop(OVERTIME)
            if run.seconds > run.limit + OVERTIME_GRACE:
                log.error("Job %s (%s) does not stop; ending", run.job.pk, run.job.kind)
                services.retry_or_fail_job(job=run.job, error=too_long(run.job))
                self.ending = True

    def _nothing_to_do_for(self) -> float:
        """Seconds until the next heartbeat, time limit or due moment."""
        seconds = [self.last_beat + BEAT - time.monotonic()]
        for run in self.runs:
            late = run.seconds > run.limit
            seconds.append(run.limit + (OVERTIME_GRACE if late else 0.0) - run.seconds)
        due = schedules.next_moment() if len(self.runs) < self.threads else None
        if due:
            seconds.append((due - timezone.now()).total_seconds())
        return max(0.05, min(seconds))

    def _wind_up(self) -> None:
        """Let jobs stop, give back those that do not; then the process ends at once."""
        self.ends.set()
        for run in self.runs:
            run.context.stop(ENDING)
        until = time.monotonic() + GRACE
        for run in self.runs:
            run.thread.join(max(0.0, until - time.monotonic()))
        for thread in self.companions:
            thread.join(max(0.0, until - time.monotonic()))
        with contextlib.suppress(DatabaseError):
            hurry()
            for run in self.runs:
                if run.thread.is_alive():
                    services.release_job(job=run.job)
            services.forget_worker(name=self.name)
        self.bell.close()


def _limit(job: Job) -> float:
    try:
        return registry.kind_named(job.kind).max_seconds
    except LookupError:
        return 1.0  # an unknown kind fails at once


def dead_workers() -> set[str]:
    """Names of workers of this machine whose process is gone.

    Only with SQLite, whose workers all live here: elsewhere two containers may share a host name.
    """
    if connection.vendor != "sqlite":
        return set()
    here = socket.gethostname()
    names = Worker.objects.filter(name__startswith=f"{here}:").values_list("name", flat=True)
    return {name for name in names if not _lives(int(name.split(":")[-2]))}


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def hurry() -> None:
    """A job's thread may hold the write lock while we end: wait for it 0.3 s, not 20."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 300")


def own_bytes() -> int:
    """Memory of this process without files that it maps; 0 where the system does not tell."""
    try:
        _, resident, shared, *_ = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def run_until_told(*, threads: int, most_memory: int) -> None:
    """The whole life of a worker process; SIGTERM and SIGINT end it."""
    worker = WorkerProcess(threads=threads, most_memory=most_memory)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.end)
    worker.serve()
    logging.shutdown()
    os._exit(0)  # threads of jobs that do not stop would hold the process
