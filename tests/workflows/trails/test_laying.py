"""A trail is laid: what is kept, what is refused, and who else is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.timeline.log import write
from elfsite.timeline.models import TimelineEvent
from workflows.conductor import hooks
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.trails.collisions import look_for_collisions
from workflows.trails.models import Collision, Trail
from workflows.trails.places import rebuild_places
from workflows.trails.services import Laid, lay_files, lay_trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


def lay(location: str = "src/a.py", scent: str = "write", **more: Any) -> Laid:
    return lay_trail(actor="key", location=location, scent=scent, **more)


def events(verb: str) -> list[TimelineEvent]:
    return list(TimelineEvent.objects.filter(topic="trails", verb=verb).order_by("id"))


def test_what_is_kept(clock: Any) -> None:
    run = WorkflowRun.objects.create()
    laid = lay("./src//a.py", agent_id="one", run=run, node_id="n1", tags=["a", "b"], message="hm")
    trail = Trail.objects.get()
    assert laid.trail.pk == trail.pk and laid.collision is None
    assert (trail.location, trail.location_type, trail.scent) == ("src/a.py", "file", "write")
    assert (trail.tags, trail.message, trail.run_id, trail.node_id) == ("a,b", "hm", run.pk, "n1")
    assert trail.expires_at == NOW + dt.timedelta(hours=24)
    (event,) = events("laid")
    assert event.summary == "one laid write at src/a.py: hm"
    assert (event.subject_id, event.data["run"]) == (str(trail.pk), run.pk)


@pytest.mark.parametrize(
    ("given", "kept"), [(5.0, 1.0), (-1, 0.0), (0.3, 0.3), (float("inf"), 1.0), (1, 1.0)]
)
def test_strength_is_clamped(given: float, kept: float) -> None:
    assert lay(strength=given).trail.strength == kept


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"strength": float("nan")}, "strength"),
        ({"strength": True}, "strength"),
        ({"ttl_hours": 0}, "ttl_hours"),
        ({"ttl_hours": 8761}, "ttl_hours"),
        ({"ttl_hours": float("nan")}, "ttl_hours"),
        ({"location": ""}, "location"),
        ({"location": "x" * 501}, "location"),
        ({"location": 7}, "location"),
        ({"scent": " "}, "scent"),
        ({"scent": "x" * 51}, "scent"),
        ({"message": "x" * 501}, "message"),
        ({"tags": ["a,b"]}, "tag"),
        ({"tags": "a"}, "tags"),
        ({"tags": ["a"] * 21}, "tags"),
        ({"agent_id": "a\nb"}, "agent_id"),
        ({"location_type": "planet"}, "location_type"),
    ],
)
def test_what_is_refused(more: dict[str, Any], word: str) -> None:
    with pytest.raises(Refused) as refusal:
        lay(**more)
    assert refusal.value.code == "bad_parameter" and word in refusal.value.sentence
    assert not Trail.objects.exists() and not TimelineEvent.objects.exists()


def test_an_unknown_run_is_said() -> None:
    with pytest.raises(Refused) as refusal:
        lay(run=99)
    assert refusal.value.status == 404


def test_no_time_to_live_means_that_it_only_fades() -> None:
    assert lay(ttl_hours=None).trail.expires_at is None


def test_keys_do_not_get_into_messages() -> None:
    assert "ghp_" not in (lay(message="use ghp_0123456789abcdefghijABCDE").trail.message or "")


@pytest.mark.parametrize(
    ("first", "second", "minutes", "collides"),
    [
        ("write", "read", 4, True),
        ("read", "write", 4, True),
        ("write", "write", 10, True),
        ("write", "write", 11, False),
        ("read", "read", 1, False),
        ("read", "discovery", 1, False),
        ("odd", "read", 1, True),  # nobody knows what it means
        ("read", "blocker", 1, True),
    ],
)
def test_two_agents_collide(
    clock: Any, first: str, second: str, minutes: int, collides: bool
) -> None:
    lay(scent=first, agent_id="one", message="busy")
    clock.shift(minutes * MINUTE)
    met = lay(scent=second, agent_id="two").collision
    assert (met is not None) is collides
    assert len(events("collided")) == Collision.objects.count() == collides
    if met:
        assert (met.other, met.scent, met.since, met.seconds) == ("one", first, NOW, minutes * 60)
        assert "one" in met.words and "busy" in met.as_dict()["message"]


def test_neither_oneself_nor_the_nameless_nor_another_place_collides() -> None:
    lay(agent_id="one")
    lay(agent_id=None)
    assert lay(agent_id="one").collision is None
    assert lay(agent_id=None).collision is None
    assert lay("src/b.py", agent_id="two").collision is None
    source = Source.objects.create(name="north", path="/north.db")
    Trail.objects.create(location="src/c.py", scent="write", agent_id="far", origin=source)
    assert lay("src/c.py", agent_id="two").collision is None


def test_a_pair_is_told_once_a_window_however_often_it_meets(clock: Any) -> None:
    for number in range(13):
        lay(agent_id=f"agent-{number % 2}")
        clock.shift(MINUTE)
    assert len(events("collided")) == 2, "at minutes 1 and 12, a window apart"
    pair = Collision.objects.get()
    assert (pair.one, pair.two, pair.times) == ("agent-0", "agent-1", 2)
    assert pair.met_at == NOW + 12 * MINUTE
    lay(agent_id="third")
    assert len(events("collided")) == 3, "another pair is told of itself"


def test_trails_that_were_not_laid_here_are_told_by_the_job(clock: Any) -> None:
    source = Source.objects.create(name="north", path="/north.db")
    for minutes, agent in ((9, "one"), (3, "two"), (2, "two")):
        Trail.objects.create(
            location="lib/x.py",
            scent="write",
            agent_id=agent,
            origin=source,
            created_at=NOW - minutes * MINUTE,
        )
    old = {"scent": "write", "location": "old.py", "created_at": NOW - 60 * MINUTE}
    Trail.objects.create(agent_id="one", **old)
    Trail.objects.create(agent_id="two", **old)
    rebuild_places()
    assert look_for_collisions() == 1
    assert look_for_collisions() == 0
    pair = Collision.objects.get()
    assert (pair.origin_id, pair.later, pair.gap) == (source.pk, "two", 420)
    assert [event.summary for event in events("collided")] == [
        "two and one at lib/x.py, write after write 7 min later"
    ]


def test_what_was_told_when_it_was_laid_is_not_told_again(clock: Any) -> None:
    lay(agent_id="one")
    clock.shift(MINUTE)
    lay(agent_id="two")
    rebuild_places()
    assert look_for_collisions() == 0
    assert len(events("collided")) == 1


def test_files_of_a_node_become_trails_with_one_event(clock: Any) -> None:
    assert lay_files in hooks.on_files
    run = WorkflowRun.objects.create()
    node = NodeExecution.objects.create(run=run, node_id="build")
    lay("src/b.py", "read", agent_id="other")
    TimelineEvent.objects.all().delete()
    paths = ["src/a.py", "./src/a.py", "src/b.py", "", "x" * 600, "src/c.py", "src/d.py"]
    with write("key") as w:
        for hook in hooks.on_files:
            hook(w, execution=node, paths=paths, agent_id="one")
    laid = Trail.objects.filter(run=run)
    assert sorted(t.location for t in laid) == ["src/a.py", "src/b.py", "src/c.py", "src/d.py"]
    assert {(t.scent, t.strength, t.node_id, t.agent_id) for t in laid} == {
        ("write", 0.9, "build", "one")
    }
    (event,) = events("laid")
    assert event.summary == "one wrote src/a.py, src/b.py, src/c.py and 1 more"
    assert Collision.objects.get().location == "src/b.py"


def test_an_agent_that_wrote_nothing_leaves_nothing() -> None:
    node = NodeExecution.objects.create(run=WorkflowRun.objects.create(), node_id="n")
    with write("key") as w:
        lay_files(w, execution=node, paths=[], agent_id="one")
    assert not Trail.objects.exists() and not TimelineEvent.objects.exists()


def test_laying_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    lay(agent_id="one")
    with django_assert_max_num_queries(10):
        lay(agent_id="two")
