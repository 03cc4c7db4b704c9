"""Runs: begun, moved, cancelled; and those that stand still."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
import time_machine

from elfsite.errors import Refused
from elfsite.timeline.models import TimelineEvent
from tests.workflows.conductor.driving import after, begin, decided, done, take, work, workflow
from workflows.conductor import jobs
from workflows.conductor.models import Workflow, WorkflowRun
from workflows.conductor.services.runs import (
    begin_run,
    cancel_run,
    create_run,
    set_phase,
    start_run,
)
from workflows.conductor.services.standing import advance_runs

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
NOTHING = {"mended": 0, "given_up": 0}


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


def test_what_the_log_tells_of_a_run():
    run = begin("start>a", "a>b")
    work(run)
    events = TimelineEvent.objects.filter(subject_type="workflow_runs", subject_id=str(run.pk))
    assert list(events.order_by("pk").values_list("verb", flat=True)) == [
        *("run_started", "node_claimed", "node_completed", "node_claimed"),
        *("node_completed", "run_completed"),
    ]
    assert decided(run, "start_run") == [": asked for by ada"]
    assert decided(run, "fire_node") == ["a: the run begins", "b: after a"]


def test_an_empty_workflow_completes():
    run = start_run(actor="ada", workflow=Workflow.objects.create(name="none"))
    assert after(run) == ("completed", 0, 0, 0)
    assert run.version.number == 1


def test_a_run_begins_once_and_ends_once():
    run = create_run(actor="ada", workflow=workflow("start>a"), input={"x": 1})
    assert (run.status, run.requested_by, run.started_at) == ("pending", "ada", None)
    begin_run(actor="ada", run=run)
    for act in (
        begin_run,
        lambda **kw: cancel_run(**kw, reason="") and cancel_run(**kw, reason=""),
    ):
        with pytest.raises(Refused) as error:
            act(actor="ada", run=run)
        assert error.value.status == 409
    assert after(run)[0] == "cancelled"
    assert decided(run, "abort") == [": cancelled by ada"]
    last = TimelineEvent.objects.get(verb="run_cancelled")
    assert last.summary == f"run of {run.workflow_name} cancelled by ada"


@pytest.mark.parametrize(
    ("input", "code"), [([1], "bad_input"), ({"x": "y" * 200_001}, "too_large")]
)
def test_input_is_an_object_of_some_length(input, code):
    with pytest.raises(Refused) as error:
        start_run(actor="ada", workflow=workflow("start>a"), input=input)
    assert error.value.code == code
    assert not WorkflowRun.objects.exists()


def test_phases():
    waiting = create_run(actor="ada", workflow=workflow("start>a"))
    assert set_phase(actor="ada", run=waiting, phase="later").moved_at is None
    run = begin("start>a")
    set_phase(actor="ada", run=run, phase="converge")
    set_phase(actor="ada", run=run, phase="converge")
    assert WorkflowRun.objects.get(pk=run.pk).phase == "converge"
    assert decided(run, "phase_change") == [": was init"]
    for phase in ("", "x" * 51):
        with pytest.raises(Refused, match="1 to 50"):
            set_phase(actor="ada", run=run, phase=phase)


def test_a_run_that_moves_is_left_alone(clock):
    run = begin("start>a", "a>b")
    take(run)
    clock.shift(dt.timedelta(days=30))
    assert advance_runs() == NOTHING


def test_what_another_program_wrote_is_taken_up(clock):
    run = begin("start>a", "start>b", "a>c", "b>d")
    run.executions.filter(node_id="a").update(
        status="completed", queue_at=None, result_json='{"x":1}'
    )
    run.executions.filter(node_id="b").update(status="failed", queue_at=None)
    assert advance_runs() == NOTHING
    clock.shift(dt.timedelta(minutes=2))
    assert advance_runs() == {"mended": 1, "given_up": 0}
    assert work(run) == ["c"]
    assert after(run) == ("failed", 1, 2, 1)


def test_what_fell_out_of_the_queue_goes_back_into_it(clock):
    run = begin("start>a")
    run.executions.update(status="running", queue_at=None)
    clock.shift(dt.timedelta(minutes=2))
    assert advance_runs() == {"mended": 1, "given_up": 0}
    assert work(run) == ["a"]


def test_a_run_to_which_nobody_comes_ends(clock):
    run = begin("start>a", "start>b", "a>c")
    done(take(run))
    clock.shift(dt.timedelta(days=8))
    assert advance_runs() == {"mended": 0, "given_up": 1}
    assert after(run) == ("failed", 1, 1, 0)
    words = "nothing moved for 7 days: b, c wait for an agent"
    assert WorkflowRun.objects.get().error_message == words
    assert advance_runs() == NOTHING


def test_a_run_whose_definition_is_gone_ends():
    run = begin("start>a", "a>b", "start>c")
    claim = take(run)
    run.workflow.delete()
    done(claim)
    assert after(run) == ("failed", 1, 1, 0)
    assert run.executions.get(node_id="c").status == "skipped"


def test_the_worker_returns_what_silent_agents_hold():
    run = begin("start>a")
    take(run)
    run.executions.update(lease_until=NOON)
    ends = mock.Mock()
    ends.wait.side_effect = [False, True]
    ends.is_set.return_value = False
    jobs.return_lost_nodes(ends)
    assert run.executions.get().status == "pending"


def test_an_agent_of_a_cancelled_run_is_told_so():
    run = begin("start>a")
    claim = take(run)
    cancel_run(actor="stan", run=run, reason="wrong branch")
    with pytest.raises(Refused, match="Node a is skipped: The run was cancelled"):
        done(claim)
