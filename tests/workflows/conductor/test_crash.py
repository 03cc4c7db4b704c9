"""A process that dies in the middle of a write leaves nothing half done."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from elfsite.place import BASE_DIR
from elfsite.timeline.models import TimelineEvent
from tests.workflows.conductor.driving import after, begin, take, work
from workflows.conductor.models import NodeExecution
from workflows.conductor.services.standing import advance_runs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]
# completes a node and stops between writing its result and deciding what follows
DIES = """
import sys, time, django
django.setup()
from workflows.conductor import hooks
from workflows.conductor.services.nodes import complete_node

def stop(w, **about):
    print("in the middle", flush=True)
    time.sleep(600)

hooks.on_files.append(stop)
complete_node(actor="ant", execution=int(sys.argv[1]), token=sys.argv[2], files=["a.py"])
"""


def test_a_process_dies_while_it_completes_a_node() -> None:
    run = begin("start>a", "a>b")
    claim = take(run)
    events = TimelineEvent.objects.count()
    settings = connection.settings_dict
    url = f"sqlite:///{settings['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"
    process = subprocess.Popen(
        [sys.executable, "-c", DIES, str(claim.execution.pk), claim.token],
        stdout=subprocess.PIPE,
        cwd=BASE_DIR,
        env={
            **os.environ,
            "ELF_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "elfsite.settings",
        },
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the middle\n"
    finally:
        process.kill()
        process.wait()
        process.stdout and process.stdout.close()
    row = NodeExecution.objects.get()
    assert (row.status, row.result_text) == ("running", None)
    assert after(run) == ("running", 1, 0, 0)
    assert TimelineEvent.objects.count() == events
    assert advance_runs(now=timezone.now() + dt.timedelta(hours=1)) == {"mended": 0, "given_up": 0}
    NodeExecution.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert work(run) == ["a", "b"]
    assert after(run) == ("completed", 2, 2, 0)
