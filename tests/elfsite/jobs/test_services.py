from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.jobs import services
from elfsite.jobs.models import DONE, FAILED, QUEUED, RUNNING, Job
from elfsite.jobs.runner import run_pending
from elfsite.timeline.models import TimelineEvent

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


def claim(worker: str = "one") -> Job:
    job = services.claim_job(worker=worker)
    assert job is not None
    return job


def test_a_job_runs_with_its_payload_and_keeps_its_result(calls: list[Any]) -> None:
    job = services.enqueue("note", {"text": "hello"})
    assert run_pending() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.attempts) == (DONE, {"text": "hello"}, 1)
    assert calls == [{"text": "hello"}]


def test_jobs_run_in_the_order_in_which_they_fall_due() -> None:
    with time_machine.travel(NOON, tick=False):
        late = services.enqueue("note", run_after=NOON + dt.timedelta(hours=1))
        second = services.enqueue("note", run_after=NOON - dt.timedelta(minutes=1))
        first = services.enqueue("note", run_after=NOON - dt.timedelta(minutes=2))
        assert [claim().pk, claim().pk] == [first.pk, second.pk]
        assert services.claim_job(worker="one") is None
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        assert claim().pk == late.pk


def test_one_queued_job_per_key() -> None:
    first = services.enqueue("note", key="import 7")
    assert services.enqueue("note", key="import 7").pk == first.pk
    assert services.enqueue("note", key="import 8").pk != first.pk
    assert services.enqueue("note").pk != services.enqueue("note").pk


def test_two_jobs_with_one_key_never_run_at_once() -> None:
    running = services.enqueue("note", key="import 7")
    assert claim().pk == running.pk
    waiting = services.enqueue("note", key="import 7")
    assert waiting.pk != running.pk
    assert services.claim_job(worker="two") is None
    running.refresh_from_db()
    assert services.finish_job(job=running)
    assert claim("two").pk == waiting.pk


def test_an_error_is_told_in_words_and_the_job_tried_again_later_and_then_not() -> None:
    job = services.enqueue("break")
    waits = []
    now = NOON
    for _ in range(3):
        with time_machine.travel(now, tick=False):
            Job.objects.filter(pk=job.pk, attempts=0).update(run_after=now)
            assert run_pending() == 1
            job.refresh_from_db()
            waits.append((job.run_after - now).total_seconds())
            now = job.run_after
    assert waits[:2] == [10, 60]
    assert (job.state, job.attempts) == (FAILED, 3)
    assert job.error == "RuntimeError: the disk is full"
    event = TimelineEvent.objects.get(topic="jobs")
    assert (event.verb, event.subject_id) == ("failed", str(job.pk))


def test_a_refusal_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from elfsite.jobs import registry

    @registry.job("refuse", max_seconds=5)
    def refuse(job: object) -> None:
        raise Refused("no_file", "The file is not there.")

    job = services.enqueue("refuse")
    run_pending()
    job.refresh_from_db()
    assert (job.state, job.error) == (FAILED, "The file is not there.")


def test_a_kind_that_a_newer_version_lacks_fails_with_a_sentence() -> None:
    job = Job.objects.create(kind="gone")
    run_pending()
    job.refresh_from_db()
    assert (job.state, job.error) == (FAILED, "No job is called 'gone'.")


def test_a_lease_that_ran_out_gives_the_job_back_and_locks_the_old_run_out() -> None:
    services.enqueue("note")
    with time_machine.travel(NOON + dt.timedelta(days=365), tick=False) as clock:
        old = claim()
        assert services.return_lost_jobs() == 0
        clock.shift(services.LEASE + dt.timedelta(seconds=1))
        assert services.return_lost_jobs() == 1
        new = claim("two")
    assert (new.pk, new.attempts) == (old.pk, 2)
    assert not services.finish_job(job=old, result="late")
    assert not services.renew_lease(job=old)
    assert not services.note_progress(job=old, done=1, total=2, note="")
    assert services.finish_job(job=new, result="good")


def test_a_heartbeat_keeps_the_lease() -> None:
    services.enqueue("note")
    with time_machine.travel(NOON + dt.timedelta(days=365), tick=False) as clock:
        job = claim()
        for _ in range(5):
            clock.shift(50)
            assert services.renew_lease(job=job)
            assert services.return_lost_jobs() == 0


def test_a_job_that_kills_its_worker_each_time_fails_in_the_end() -> None:
    job = services.enqueue("note")
    with time_machine.travel(NOON + dt.timedelta(days=365), tick=False) as clock:
        for _ in range(3):
            claim()
            clock.shift(3600)
            assert services.return_lost_jobs() == 1
            clock.shift(3600)
    job.refresh_from_db()
    assert (job.state, job.error) == (FAILED, "The worker ended while this ran.")


def test_the_jobs_of_a_dead_worker_come_back_at_once() -> None:
    services.enqueue("note")
    claim("dead")
    assert services.return_lost_jobs(dead={"another"}) == 0
    assert services.return_lost_jobs(dead={"dead"}) == 1


def test_a_released_job_has_lost_no_attempt() -> None:
    job = services.enqueue("note")
    assert services.release_job(job=claim())
    job.refresh_from_db()
    assert (job.state, job.attempts, job.locked_by) == (QUEUED, 0, "")


def test_a_retry_gives_way_to_a_newer_job_with_its_key() -> None:
    services.enqueue("note", key="k")
    old = claim()
    new = services.enqueue("note", key="k")
    services.retry_or_fail_job(job=old, error="It broke.")
    old.refresh_from_db()
    assert (old.state, old.error) == (FAILED, "It broke. A newer job does the same work.")
    assert claim().pk == new.pk


def test_running_again_makes_a_new_job_and_leaves_the_old() -> None:
    job = services.enqueue("note", {"text": "x"})
    with pytest.raises(Refused, match="not over"):
        services.run_job_again(job=job, user=None)
    run_pending()
    job.refresh_from_db()
    again = services.run_job_again(job=job, user=None)
    assert (again.state, again.payload) == (QUEUED, {"text": "x"})
    assert TimelineEvent.objects.get(verb="run_again").data == {"earlier": job.pk}


def test_old_finished_jobs_are_pruned_and_others_stay() -> None:
    services.enqueue("note")
    running = Job.objects.create(kind="note", state=RUNNING, created_at=NOON)
    with time_machine.travel(NOON, tick=False):
        Job.objects.filter(state=QUEUED).update(run_after=NOON)
        run_pending()
    young = services.enqueue("note")
    run_pending()
    assert services.prune_jobs(before=timezone.now() - services.KEEP_FINISHED) == 1
    assert set(Job.objects.values_list("pk", flat=True)) == {running.pk, young.pk}


@pytest.mark.parametrize("payload", [{"x": {1, 2}}, {"x": float("nan")}, {"x": "y" * 70_000}])
def test_a_payload_that_is_no_small_json_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="JSON"):
        services.enqueue("note", payload)
    assert not Job.objects.exists()


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match="No job is called 'nonsense'"):
        services.enqueue("nonsense")


def test_claiming_when_nothing_is_due_costs_one_query(
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(1):
        assert services.claim_job(worker="one") is None
