"""Trails of which nothing is left are cleaned up, and only ours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from elfsite.origins.models import Source
from elfsite.timeline.models import TimelineEvent
from workflows.trails.models import Collision, PlacesState, Trail
from workflows.trails.places import rebuild_places
from workflows.trails.services import clean_collisions, clean_trails

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
KEEP = dt.timedelta(days=90)
DAY = dt.timedelta(days=1)


def trail(name: str, days: float, **more: Any) -> None:
    Trail.objects.create(location=name, scent="read", created_at=NOW - days * DAY, **more)


def clean() -> int:
    return clean_trails(now=NOW, keep=KEEP)


def test_what_goes_and_what_stays(settings: Any) -> None:
    source = Source.objects.create(name="north", path="/north.db")
    trail("old", 91)
    trail("old and expired", 91, expires_at=NOW - 80 * DAY)
    trail("old, of a source", 91, origin=source)
    trail("old, governed", 91, governed_at=NOW)
    trail("faded", 89)
    trail("expired", 1, expires_at=NOW - DAY / 2)
    assert clean() == 2
    left = set(Trail.objects.values_list("location", flat=True))
    assert left == {"old, of a source", "old, governed", "faded", "expired"}


def test_a_long_period_keeps_what_can_still_be_smelled(settings: Any) -> None:
    settings.TRAIL_PERIOD_HOURS = 720
    trail("old, still strong", 91)
    trail("old and expired", 91, expires_at=NOW - DAY)
    assert clean() == 1
    assert Trail.objects.get().location == "old, still strong"


def test_one_event_tells_and_the_places_are_summed_up_anew() -> None:
    rebuild_places()
    assert clean() == 0
    assert not TimelineEvent.objects.exists()
    trail("old", 91)
    clean()
    event = TimelineEvent.objects.get()
    assert (event.topic, event.verb, event.data) == ("trails", "cleaned", {"deleted": 1})
    assert PlacesState.objects.get().stale


def test_it_goes_in_steps_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.trails.services.BATCH", 2)
    for _ in range(5):
        trail("old", 91)
    calls: list[int] = []

    def check() -> None:
        calls.append(Trail.objects.count())
        if len(calls) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        clean_trails(now=NOW, keep=KEEP, check=check)
    assert calls == [5, 3]
    assert clean() == 3


def test_collisions_of_long_ago_go_and_later_ones_stay() -> None:
    pair = {"one": "a", "two": "b", "later": "b", "scents": "write after read", "gap": 9.0}
    for days in (91, 89):
        at = NOW - days * DAY
        Collision.objects.create(location=f"{days}.py", met_at=at, told_at=at, **pair)
    assert clean_collisions(now=NOW, keep=KEEP) == 1
    assert Collision.objects.get().location == "89.py"
