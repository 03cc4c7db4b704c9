"""The worker keeps what Overview is quick by."""

from __future__ import annotations

import pytest

from elfsite.jobs.context import JobContext
from elfsite.jobs.models import Job
from elfsite.jobs.registry import regulars
from elfsite.origins.models import Source
from elfsite.pages.jobs import count_days
from elfsite.pages.readings import ROLLED
from workflows.trails.importing import after_import
from workflows.trails.jobs import keep_places
from workflows.trails.models import Place, Trail

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> JobContext:
    return JobContext(Job.objects.create(kind="any"))


def test_days_are_counted_when_it_is_owed(job: JobContext) -> None:
    assert set(count_days(job)) == {counted.subject for counted in ROLLED}
    assert count_days(job) == {}


def test_places_are_built_once_and_folded_after(job: JobContext) -> None:
    Trail.objects.create(location="a.py", scent="read")
    assert keep_places(job) == {"places": 1, "collisions": 0}
    Trail.objects.create(location="b.py", scent="read")
    assert [keep_places(job)["folded"] for _ in range(3)] == [0, 1, 0]
    assert Place.objects.count() == 2


def test_an_import_sums_its_places_up() -> None:
    source = Source.objects.create(name="north", path="/north.db")
    Trail.objects.create(location="a.py", scent="read", origin=source)
    after_import(source)
    assert Place.objects.get().origin == source


def test_both_come_regularly() -> None:
    assert {"keep places": 15, "count days": 30}.items() <= {
        each.name: each.seconds for each in regulars()
    }.items()
