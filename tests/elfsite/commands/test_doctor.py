from __future__ import annotations

import sqlite3
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from elfsite.jobs import services

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def doctor() -> str:
    printed = StringIO()
    call_command("doctor", stdout=printed)
    return printed.getvalue()


def test_a_sound_site() -> None:
    assert "No worker runs" in doctor()
    services.beat_worker(name="here:1:a")
    words = doctor()
    assert "A worker was seen 0 s ago." in words
    assert words.endswith("Nothing is wrong.\n")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL enforces references")
def test_references_to_missing_rows_are_told() -> None:
    plain = sqlite3.connect(connection.settings_dict["NAME"])
    plain.execute("INSERT INTO jobs (kind, requested_by_id) VALUES ('note', 424242)")
    plain.commit()
    plain.close()
    with pytest.raises(CommandError, match=r"missing rows: 1 \(jobs\.requested_by_id\)"):
        doctor()


def test_a_job_from_plain_sql_has_every_default() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO jobs (kind) VALUES ('note')")
    from elfsite.jobs.models import QUEUED, Job

    job = Job.objects.get()
    assert (job.state, job.payload, job.attempts, job.max_attempts) == (QUEUED, {}, 0, 3)
