from __future__ import annotations

import pytest

from elfsite.jobs import registry, services
from elfsite.jobs.context import ENDING, OVERTIME, JobContext, JobStopped
from elfsite.jobs.models import DONE, FAILED, QUEUED, RUNNING, Job
from elfsite.jobs.runner import perform, run_pending

# progress is not written inside a transaction, so these tests have none around them
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def claimed(kind: str) -> tuple[Job, JobContext]:
    services.enqueue(kind)
    job = services.claim_job(worker="one")
    assert job is not None
    return job, JobContext(job)


def test_progress_is_stored_at_once_and_then_at_most_twice_a_second() -> None:
    job, context = claimed("note")
    context.progress(1, 10, "reading")
    context.progress(2, 10, "reading")
    job.refresh_from_db()
    assert (job.progress_done, job.progress_total, job.progress_note) == (1, 10, "reading")
    context.progress(10, 10, "read")
    job.refresh_from_db()
    assert (job.progress_done, job.progress_note) == (10, "read")


def test_a_job_that_is_done_is_done_to_the_last_step() -> None:
    @registry.job("quick", max_seconds=5)
    def quick(job: JobContext) -> None:
        for row in range(100):
            job.progress(row, 100)

    job = services.enqueue("quick")
    run_pending()
    job.refresh_from_db()
    assert (job.progress_done, job.progress_total) == (100, 100)


def test_a_run_that_lost_its_job_ends_at_its_next_progress() -> None:
    job, context = claimed("note")
    services.return_lost_jobs(dead={"one"})
    with pytest.raises(JobStopped, match="lost"):
        context.progress(1)
    job.refresh_from_db()
    assert (job.state, job.progress_done) == (QUEUED, 0)


@pytest.mark.parametrize(
    ("reason", "attempts", "error"),
    [(ENDING, 0, ""), (OVERTIME, 1, "It ran longer than 5 s.")],
)
def test_a_run_that_is_asked_to_stop_gives_its_job_back(
    reason: str, attempts: int, error: str
) -> None:
    @registry.job("long", max_seconds=5)
    def long(job: JobContext) -> None:
        for row in range(1000):
            try:
                job.progress(row, 1000)
            except Exception:  # noqa: BLE001
                continue  # a job that steps over bad rows does not step over its end

    job, context = claimed("long")
    context.stop(reason)
    perform(job, context)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (QUEUED, attempts, error)


def test_a_result_that_is_no_json_is_an_error_of_the_job() -> None:
    @registry.job("strange", max_seconds=5, max_attempts=1)
    def strange(job: JobContext) -> object:
        return object()

    job = services.enqueue("strange")
    run_pending()
    job.refresh_from_db()
    assert job.state == FAILED
    assert job.error.startswith("ValueError: This is no JSON")


def test_the_context_knows_who_asked(django_user_model: type) -> None:
    seen = []

    @registry.job("who", max_seconds=5)
    def who(job: JobContext) -> None:
        seen.append((job.id, job.requested_by_id, job.attempt))

    person = django_user_model.objects.create_user(login="ada")  # type: ignore[attr-defined]
    job = services.enqueue("who", user=person)
    run_pending()
    job.refresh_from_db()
    assert job.state == DONE != RUNNING
    assert seen == [(job.pk, person.pk, 1)]
