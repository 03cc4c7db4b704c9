from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections

from elfsite.jobs import registry, services, worker
from elfsite.jobs.bell import Bell
from elfsite.jobs.context import JobContext
from elfsite.jobs.models import DONE, QUEUED, RUNNING, Job, Worker
from elfsite.jobs.worker import WorkerProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

PATIENCE = 10.0  # seconds


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.02)


def state_of(job: Job) -> str:
    return str(Job.objects.values_list("state", flat=True).get(pk=job.pk))


@pytest.fixture
def working() -> Iterator[WorkerProcess]:
    """A worker in a thread of this process; the test ends it or the fixture does."""
    process = WorkerProcess(threads=2, most_memory=1 << 40)

    def serve() -> None:
        try:
            process.serve()
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield process
    process.end()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_it_runs_what_is_queued_while_it_waits(
    working: WorkerProcess, calls: list[dict[str, Any]]
) -> None:
    until(lambda: Worker.objects.filter(name=working.name).exists())
    job = services.enqueue("note", {"text": "x"})
    until(lambda: state_of(job) == DONE)
    assert calls == [{"text": "x"}]


def test_a_long_job_does_not_hold_up_a_short_one(working: WorkerProcess) -> None:
    gate = threading.Event()

    @registry.job("gate", max_seconds=60)
    def wait(job: JobContext) -> None:
        assert gate.wait(PATIENCE)

    long, short = services.enqueue("gate"), services.enqueue("note")
    until(lambda: state_of(short) == DONE)
    assert state_of(long) == RUNNING
    gate.set()
    until(lambda: state_of(long) == DONE)


def test_a_worker_that_ends_gives_its_job_back(working: WorkerProcess) -> None:
    started, never = threading.Event(), threading.Event()

    @registry.job("endless", max_seconds=60)
    def endless(job: JobContext) -> None:
        started.set()
        while True:
            job.check()
            never.wait(0.01)

    job = services.enqueue("endless")
    assert started.wait(PATIENCE)
    working.end()
    until(lambda: state_of(job) == QUEUED)
    job.refresh_from_db()
    assert job.attempts == 0
    until(lambda: not Worker.objects.exists())


def test_a_run_whose_job_was_given_to_another_ends(
    working: WorkerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BEAT", 0.05)
    started, ended, never = threading.Event(), threading.Event(), threading.Event()

    @registry.job("slow", max_seconds=60)
    def slow(job: JobContext) -> None:
        started.set()
        try:
            while True:
                job.check()
                never.wait(0.01)
        finally:
            ended.set()

    job = services.enqueue("slow")
    assert started.wait(PATIENCE)
    Job.objects.filter(pk=job.pk).update(locked_by="another")
    assert ended.wait(PATIENCE)
    assert state_of(job) == RUNNING


def test_a_job_that_ignores_its_time_limit_ends_the_worker(
    working: WorkerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "OVERTIME_GRACE", 0.1)
    gate = threading.Event()

    @registry.job("deaf", max_seconds=0)
    def deaf(job: JobContext) -> None:
        gate.wait(PATIENCE)

    job = services.enqueue("deaf")
    until(lambda: working.ending)
    until(lambda: state_of(job) == QUEUED)
    gate.set()
    job.refresh_from_db()
    assert job.error == "It ran longer than 0 s."


def test_two_workers_never_take_the_same_job() -> None:
    wanted = {services.enqueue("note").pk for _ in range(40)}
    taken: list[int] = []

    def claim_all(name: str) -> None:
        while job := services.claim_job(worker=name):
            taken.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=claim_all, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(taken) == sorted(wanted)


def test_workers_of_this_machine_whose_process_is_gone_are_known() -> None:
    here = socket.gethostname()
    for name in (f"{here}:{os.getpid()}:a", f"{here}:4194305:b", "elsewhere:4194305:c"):
        services.beat_worker(name=name)
    expected = {f"{here}:4194305:b"} if connection.vendor == "sqlite" else set()
    assert worker.dead_workers() == expected


def test_the_bell_rings_for_a_commit_and_only_then() -> None:
    bell = Bell()
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite gives a sign")
    services.enqueue("note")
    began = time.monotonic()
    bell.wait(PATIENCE, lambda: False)
    assert time.monotonic() - began < PATIENCE / 2
    began = time.monotonic()
    bell.wait(0.3, lambda: False)
    assert time.monotonic() - began >= 0.3
    bell.close()
