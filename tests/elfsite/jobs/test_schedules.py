from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from elfsite.jobs import registry, schedules
from elfsite.jobs.models import Job, Schedule
from elfsite.jobs.runner import run_pending

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOON = dt.datetime(2027, 5, 4, 12, tzinfo=dt.UTC)


@pytest.fixture
def hourly() -> Schedule:
    registry.every("hourly", seconds=3600, kind="note", payload={"n": 1})
    with time_machine.travel(NOON, tick=False):
        schedules.keep_schedules()
    return Schedule.objects.get()


def test_a_declared_schedule_becomes_a_row_that_is_due_soon(hourly: Schedule) -> None:
    assert (hourly.kind, hourly.every, hourly.payload) == ("note", 3600, {"n": 1})
    assert hourly.next_run == NOON + dt.timedelta(seconds=60)


def test_the_code_wins_over_the_row_but_not_over_enabled(hourly: Schedule) -> None:
    Schedule.objects.update(enabled=False)
    registry.every("hourly", seconds=60, kind="note")
    schedules.keep_schedules()
    hourly.refresh_from_db()
    assert (hourly.every, hourly.payload, hourly.enabled) == (60, {}, False)


def test_a_schedule_that_the_code_lacks_goes(hourly: Schedule) -> None:
    registry._regulars.clear()
    schedules.keep_schedules()
    assert not Schedule.objects.exists()


def test_it_fires_once_per_round(hourly: Schedule) -> None:
    with time_machine.travel(NOON + dt.timedelta(minutes=1), tick=False) as clock:
        assert [schedules.fire_due_schedules(), schedules.fire_due_schedules()] == [1, 0]
        assert run_pending() == 1
        clock.shift(3600)
        assert schedules.fire_due_schedules() == 1


def test_missed_rounds_are_not_made_up_for(hourly: Schedule) -> None:
    with time_machine.travel(NOON + dt.timedelta(hours=9, minutes=30), tick=False):
        assert [schedules.fire_due_schedules(), schedules.fire_due_schedules()] == [1, 0]
    hourly.refresh_from_db()
    assert hourly.next_run == NOON + dt.timedelta(hours=10, minutes=30)


def test_a_round_that_still_waits_is_not_queued_twice(hourly: Schedule) -> None:
    for hours in (1, 2, 3):
        with time_machine.travel(NOON + dt.timedelta(hours=hours, minutes=1), tick=False):
            schedules.fire_due_schedules()
    assert Job.objects.count() == 1


def test_a_disabled_one_does_not_fire(hourly: Schedule) -> None:
    Schedule.objects.update(enabled=False)
    with time_machine.travel(NOON + dt.timedelta(hours=2), tick=False):
        assert schedules.fire_due_schedules() == 0


def test_the_next_moment_is_the_earliest_to_come(hourly: Schedule) -> None:
    with time_machine.travel(NOON, tick=False):
        assert schedules.next_moment() == hourly.next_run
        soon = NOON + dt.timedelta(seconds=5)
        Job.objects.create(kind="note", run_after=soon)
        Job.objects.create(kind="note", run_after=NOON - dt.timedelta(hours=1))
        assert schedules.next_moment() == soon
