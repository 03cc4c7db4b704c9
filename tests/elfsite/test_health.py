from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from elfsite import health
from elfsite.jobs import services

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


def test_a_process_that_answers_is_alive(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert json.loads(client.get("/livez").content) == {"alive": True}


def test_ready_with_a_worker_that_was_seen(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        services.beat_worker(name="here:1:a")
    with time_machine.travel(NOON + dt.timedelta(seconds=20), tick=False):
        status, body = ready(client)
    assert (status, body["ready"]) == (200, True)
    assert body["worker"] == {"ok": True, "seconds_since_seen": 20.0}


@pytest.mark.parametrize("seen", [False, True])
def test_a_silent_worker_is_told_and_is_no_reason_to_stop_serving(
    client: Client, seen: bool
) -> None:
    if seen:
        with time_machine.travel(NOON, tick=False):
            services.beat_worker(name="here:1:a")
    with time_machine.travel(NOON + dt.timedelta(minutes=10), tick=False):
        status, body = ready(client)
    assert status == 200
    assert body["worker"] == {"ok": False, "seconds_since_seen": 600.0 if seen else None}


def test_waiting_migrations_are_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    monkeypatch.setattr(health, "_applied", False)
    MigrationRecorder.Migration.objects.filter(app="jobs").delete()
    status, body = ready(client)
    assert (status, body["ready"], body["migrations"]) == (503, False, {"ok": False})


def test_a_database_that_does_not_answer_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("connection refused to 10.0.0.1")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    status, body = ready(client)
    assert (status, body["ready"], body["database"]["ok"]) == (503, False, False)
    assert "10.0.0.1" not in json.dumps(body)
