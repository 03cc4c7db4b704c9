"""Old events leave in small steps."""

from __future__ import annotations

import datetime as dt

import pytest

from elfsite.timeline.models import TimelineEvent
from elfsite.timeline.retention import prune_events

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
BEFORE = NOW - dt.timedelta(days=90)


def happen(days_ago: float) -> int:
    at = NOW - dt.timedelta(days=days_ago)
    return TimelineEvent.objects.create(at=at, topic="runs", verb="v", summary="s").pk


def test_what_is_older_goes_and_one_event_says_so() -> None:
    happen(91), happen(90.5)
    kept = [happen(89), happen(0)]
    assert prune_events(before=BEFORE) == 2
    *left, told = TimelineEvent.objects.order_by("id")
    assert [event.pk for event in left] == kept
    assert (told.verb, told.data) == ("pruned", {"deleted": 2})
    assert prune_events(before=BEFORE) == 0
    assert TimelineEvent.objects.count() == 3


def test_the_newest_stays_whatever_its_age() -> None:
    happen(200)
    newest = happen(100)
    assert prune_events(before=BEFORE) == 1
    assert TimelineEvent.objects.order_by("id").first().pk == newest  # type: ignore[union-attr]


def test_it_goes_in_steps_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("elfsite.timeline.retention.BATCH", 2)
    for _ in range(6):
        happen(100)
    seen: list[int] = []

    def check() -> None:
        seen.append(TimelineEvent.objects.count())
        if len(seen) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        prune_events(before=BEFORE, check=check)
    assert seen == [6, 4]
    assert prune_events(before=BEFORE) == 3
