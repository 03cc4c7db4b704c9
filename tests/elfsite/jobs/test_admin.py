from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from elfsite.jobs import services
from elfsite.jobs.models import DONE, Job
from elfsite.jobs.runner import run_pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, django_user_model: Any) -> Client:
    client.force_login(django_user_model.objects.create_superuser("ada", "a long password"))
    return client


@pytest.fixture
def job() -> Job:
    queued = services.enqueue("note", {"text": "x"})
    run_pending()
    queued.refresh_from_db()
    return queued


def run_again(client: Client, job: Job) -> Any:
    chosen = {"action": "run_again", "_selected_action": [job.pk]}
    return client.post("/admin/jobs/job/", chosen, follow=True)


def test_jobs_schedules_and_workers_are_shown(admin: Client, job: Job) -> None:
    services.beat_worker(name="here:1:a")
    for page in ("job/", f"job/{job.pk}/change/", "schedule/", "worker/"):
        assert admin.get(f"/admin/jobs/{page}").status_code == 200, page


def test_the_ledger_cannot_be_written(admin: Client, job: Job) -> None:
    assert admin.get("/admin/jobs/job/add/").status_code == 403
    assert admin.post(f"/admin/jobs/job/{job.pk}/change/", {"kind": "x"}).status_code == 403
    assert admin.post(f"/admin/jobs/job/{job.pk}/delete/", {"post": "yes"}).status_code == 403
    job.refresh_from_db()
    assert (job.kind, job.state) == ("note", DONE)


def test_a_job_runs_again(admin: Client, job: Job, calls: list[dict[str, Any]]) -> None:
    answer = run_again(admin, job)
    assert f"Note {job.pk} runs again as note" in answer.content.decode()
    run_pending()
    assert calls == [{"text": "x"}, {"text": "x"}]
    assert Job.objects.latest("id").requested_by is not None


def test_a_job_that_waits_is_refused_with_a_sentence(admin: Client) -> None:
    answer = run_again(admin, services.enqueue("note"))
    assert "This job is not over yet." in answer.content.decode()
    assert Job.objects.count() == 1


def test_a_member_does_not_get_there(client: Client, job: Job, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("mira"))
    answer = run_again(client, job)
    assert "/admin/jobs/job/" not in [address for address, _ in answer.redirect_chain]
    assert Job.objects.count() == 1
