"""Numbers per day: the same from kept days, from the table, and from both."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from elfsite.origins.models import Source
from elfsite.pages.days import Counted, Days, read_days, recount, recount_owed
from elfsite.pages.models import DayCount
from elfsite.timeline.log import write
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.models import Learning

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
RULES = Counted(Heuristic)
LEARNED = Counted(Learning, kind="type")
UPDATES = Counted(ConfidenceUpdate, value="new_confidence")


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def rule(days_ago: float, **more: Any) -> Heuristic:
    moment = NOW - days_ago * DAY
    return Heuristic.objects.create(**{"domain": "d", "rule": "r", "created_at": moment} | more)


def test_a_day_runs_from_midnight_to_midnight() -> None:
    for days_ago in (0, 0.49, 0.51, 1.4, 2.6):
        rule(days_ago)
    assert read_days(RULES, 3).counts() == [0, 2, 2]


@pytest.mark.parametrize("kept", [False, True])
def test_running_totals_start_with_all_that_lies_before(kept: bool) -> None:
    for days_ago in (400, 40, 1, 0):
        rule(days_ago)
    rule(0, created_at=None)  # nobody knows when: it was there before
    if kept:
        recount(RULES)
    assert read_days(RULES, 3, earlier=True).running() == [3, 4, 5]


def test_kept_days_and_todays_rows_are_counted_once() -> None:
    rule(1)
    recount(RULES)
    rule(0)
    assert read_days(RULES, 2).counts() == [1, 1]
    with time_machine.travel(NOW + DAY, tick=False):
        rule(-1)
        assert recount_owed(RULES)
        assert read_days(RULES, 3).counts() == [1, 1, 1]


def test_rows_that_are_gone_are_not_counted() -> None:
    rule(0, gone_at=NOW)
    rule(1, gone_at=NOW)
    recount(RULES)
    assert read_days(RULES, 2, earlier=True).running() == [0, 0]


def test_kinds_are_split_and_ranked() -> None:
    for number, (kind, days_ago) in enumerate([("failure", 1), ("failure", 0), ("success", 0)]):
        Learning.objects.create(
            type=kind, filepath=str(number), title="t", created_at=NOW - days_ago * DAY
        )
    recount(LEARNED)
    days = read_days(LEARNED, 2)
    assert days.kinds() == [("failure", 2), ("success", 1)]
    assert days.counts("failure") == [1, 1]


def test_means_per_day() -> None:
    subject = rule(5)
    for days_ago, arrived in ((2, 0.5), (2, 0.7), (0, 0.9)):
        ConfidenceUpdate.objects.create(
            heuristic=subject,
            old_confidence=0.5,
            new_confidence=arrived,
            delta=0,
            update_type="success",
            created_at=NOW - days_ago * DAY,
        )
    recount(UPDATES)
    assert read_days(UPDATES, 3).means() == [pytest.approx(0.6), None, pytest.approx(0.9)]


@pytest.mark.parametrize("kept", [False, True])
def test_at_a_time_of_the_past_later_rows_are_not_there(kept: bool) -> None:
    for days_ago in (3, 2.1, 1.9, 0):
        rule(days_ago)
    rule(0, created_at=None)
    if kept:
        recount(RULES)
    assert read_days(RULES, 2, asof=NOW - 2 * DAY, earlier=True).running() == [1, 2]


def test_a_table_whose_rows_change_later_is_never_kept() -> None:
    rule(1)
    recount(RULES)
    rule(1)
    assert read_days(Counted(Heuristic, rolled=False), 2).counts() == [2, 0]
    assert read_days(RULES, 2).counts() == [1, 0]  # seen with the next recount
    recount(RULES)
    assert read_days(RULES, 2).counts() == [2, 0]


def test_a_recount_is_owed_each_hour() -> None:
    assert recount_owed(RULES)
    recount(RULES)
    assert not recount_owed(RULES)
    assert recount_owed(RULES, now=NOW + dt.timedelta(minutes=61))


def test_rows_of_past_days_that_an_import_brings_are_seen_at_once() -> None:
    recount(RULES)
    source = Source.objects.create(name="north", path="/north.db", state="reading")
    rule(1)
    assert read_days(RULES, 2).counts() == [1, 0]  # while it is read
    Source.objects.filter(pk=source.pk).update(state="ready")
    with write("import") as act:
        act.event("sources", "imported", source, "1 row came.")
    assert recount_owed(RULES)
    assert read_days(RULES, 2).counts() == [1, 0]
    recount(RULES)
    assert not recount_owed(RULES)
    assert read_days(RULES, 2).counts() == [1, 0]


def test_rows_with_nonsense_for_a_time_break_nothing() -> None:
    from django.db import connection

    rule(1)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE heuristics SET created_at = '0nce upon a time'")
    recount(RULES)
    assert sum(DayCount.objects.values_list("rows", flat=True)) == 1
    assert read_days(RULES, 2, earlier=True).running()[-1] == 1


def test_what_lies_outside_the_days_goes_to_their_ends() -> None:
    days = Days(NOW.date(), 2)
    days.put(NOW.date() + DAY, "", 1, None)
    days.put(NOW.date() - 5 * DAY, "", 4, None)
    assert (days.earlier, days.counts()) == (4, [0, 1])
