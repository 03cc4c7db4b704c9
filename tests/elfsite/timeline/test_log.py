from __future__ import annotations

import pytest
from django.db import connection

from elfsite.timeline.log import shorten, write
from elfsite.timeline.models import TimelineEvent
from learning.heuristics.models import Heuristic

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_events_are_inserted_last_and_together() -> None:
    with write("ada") as outer:
        outer.event("rules", "opened", None, "first")
        with write("somebody else") as inner:
            assert inner is outer
            inner.event("rules", "closed", None, "second", reason="done")
        assert not TimelineEvent.objects.exists()
    assert [event.summary for event in TimelineEvent.objects.order_by("id")] == ["first", "second"]
    assert {event.actor for event in TimelineEvent.objects.all()} == {"ada"}


def test_a_failure_leaves_neither_row_nor_event() -> None:
    with pytest.raises(ZeroDivisionError), write("ada") as w:
        Heuristic.objects.create(domain="d", rule="r")
        w.event("rules", "made", None, "never seen")
        1 / 0  # noqa: B018
    assert not Heuristic.objects.exists() and not TimelineEvent.objects.exists()
    with write("ada") as w:  # and the next write starts clean
        assert w.events == []


def test_a_summary_is_one_bounded_line() -> None:
    assert shorten("a\n  b") == "a b"
    assert len(shorten("x" * 1000)) == 300


def test_postgresql_takes_the_lock_that_makes_ids_commit_order() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer and needs no lock")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname = 'timeline_order'")
        assert cursor.fetchone() == ("timeline_order",)
