"""Places kept are what all trails add up to: folded, rebuilt, expired, gone or just written."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elfsite.origins.models import Source
from workflows.trails import places
from workflows.trails.decay import FLOOR, remaining
from workflows.trails.models import Place, PlaceScent, PlacesState, Trail, TrailDay
from workflows.trails.queries import OURS, hotspots, survey

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

START = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def lay(location: str = "src/a.py", **more: Any) -> Trail:
    now = timezone.now()
    return Trail.objects.create(**{"location": location, "scent": "read", "created_at": now} | more)


def brute_force(now: dt.datetime) -> dict[tuple[int | None, str], tuple[Any, ...]]:
    """Every place from every trail, without anything kept."""
    by_place = defaultdict(list)
    for trail in Trail.objects.filter(gone_at=None).order_by("created_at", "id"):
        by_place[trail.origin_id, trail.location].append(trail)
    found = {}
    for key, trails in by_place.items():
        live = [t for t in trails if t.expires_at is None or t.expires_at > now]
        strength = sum(remaining(t.strength, (now - t.created_at) / HOUR) for t in live)
        met = [
            later
            for earlier, later in combinations([t for t in trails if t.agent_id], 2)
            if earlier.agent_id != later.agent_id
            and {earlier.scent, later.scent} != {"read"}
            and later.created_at - earlier.created_at <= HOUR / 6
            and now - later.created_at <= HOUR
        ]
        if strength >= FLOOR:
            found[key] = (
                pytest.approx(strength, rel=1e-4),
                len(live),
                len({t.agent_id for t in live if t.agent_id}),
                max(t.created_at for t in trails),
                bool(met),
            )
    return found


def brute_window(now: dt.datetime, span: dt.timedelta, scent: str = "") -> dict[Any, Any]:
    """What was laid in a window: strength, trails, agents, the worst scent."""
    by_place = defaultdict(list)
    for trail in Trail.objects.filter(gone_at=None):
        if now - trail.created_at < span and scent in {"", trail.scent}:
            by_place[trail.origin_id, trail.location].append(trail)
    order = {"blocker": 0, "read": 1}
    return {
        key: (
            pytest.approx(sum(t.strength for t in trails)),
            len(trails),
            len({t.agent_id for t in trails if t.agent_id}),
            min((t.scent for t in trails), key=lambda s: order.get(s, 2)),
        )
        for key, trails in by_place.items()
    }


def window_as_read(now: dt.datetime, span: int, scent: str = "") -> dict[Any, Any]:
    return {
        (h.origin, h.location): (h.strength, h.trails, h.agents, h.worst_scent)
        for h in survey(now, limit=200, span=span, scent=scent).hotspots
    }


def roll_up() -> dict[Any, Any]:
    """The days as they are kept, and as all trails below the watermark make them."""
    upto = PlacesState.objects.values_list("last_id", flat=True).first() or 0
    counted = Counter(
        (t.origin_id, t.location, t.scent, t.created_at.date())
        for t in Trail.objects.filter(id__lte=upto, gone_at=None)
    )
    kept = {(d.origin_id, d.location, d.scent, d.day): d.trails for d in TrailDay.objects.all()}
    return {"kept": kept, "counted": dict(counted)}


def as_read(now: dt.datetime) -> dict[tuple[int | None, str], tuple[Any, ...]]:
    return {
        (h.origin, h.location): (h.strength, h.trails, h.agents, h.last_at, h.contested)
        for h in hotspots(now, limit=200)
    }


LAY = st.tuples(
    st.just("lay"),
    st.sampled_from(["a.py", "b.py", "lib/c.py"]),
    st.sampled_from(["read", "blocker", "zzz"]),
    st.sampled_from([0.05, 0.5, 0.9, 1.0]),
    st.sampled_from(["", "one", "two"]),
    st.sampled_from([None, 1, 24]),
    st.booleans(),
)
WAIT = st.tuples(st.just("wait"), st.sampled_from([1, 7, 61, 300, 3000, 20_000]))
STEP = st.one_of(LAY, LAY, WAIT, st.tuples(st.sampled_from(["fold", "rebuild"])))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(STEP, max_size=25))
def test_places_are_what_all_trails_add_up_to(steps: list[tuple[Any, ...]]) -> None:
    for model in (Trail, Place, PlaceScent, TrailDay, PlacesState, Source):
        model.objects.all().delete()
    other = Source.objects.create(name="other", path="/other.db")
    with time_machine.travel(START, tick=False) as clock:
        for step in steps:
            if step[0] == "wait":
                clock.shift(dt.timedelta(minutes=step[1]))
            elif step[0] == "fold":
                places.fold_trails()
            elif step[0] == "rebuild":
                places.rebuild_places()
            else:
                _, location, scent, strength, agent, ttl, foreign = step
                lay(
                    location,
                    scent=scent,
                    strength=strength,
                    agent_id=agent or None,
                    expires_at=timezone.now() + ttl * HOUR if ttl else None,
                    origin=other if foreign else None,
                )
        now = timezone.now()
        assert as_read(now) == brute_force(now)
        assert survey(now).places == len(brute_force(now))
        for span, days in enumerate((1, 7, 30)):
            length = dt.timedelta(days=days)
            for scent in ("", "blocker"):
                wanted = brute_window(now, length, scent)
                assert window_as_read(now, span, scent) == wanted
                assert survey(now, span=span, scent=scent).places == len(wanted)
        places.fold_trails()
        places.fold_trails()
        assert as_read(now) == brute_force(now)
        assert window_as_read(now, 0) == brute_window(now, dt.timedelta(days=1))
        days = roll_up()
        assert days["kept"] == days["counted"]


@time_machine.travel(START, tick=False)
def test_the_place_of_three_scents() -> None:
    for scent, strength in (("discovery", 0.8), ("warning", 0.6), ("discovery", 0.9)):
        lay("hot.py", scent=scent, strength=strength)
    lay("main.py", strength=0.8)
    lay("cold.py", strength=0.3)
    first, *rest = hotspots()
    assert (first.location, first.trails, first.worst_scent) == ("hot.py", 3, "warning")
    assert first.strength == pytest.approx(2.3)
    assert [spot.location for spot in rest] == ["main.py", "cold.py"]


@time_machine.travel(START, tick=False)
def test_a_scent_that_nobody_can_feel_any_more_does_not_colour_its_place() -> None:
    lay(scent="blocker", created_at=START - 100 * HOUR)
    lay(scent="write")
    places.rebuild_places()
    assert hotspots()[0].worst_scent == "write"


@time_machine.travel(START, tick=False)
def test_a_raw_row_counts_when_it_is_read_and_is_folded_once_later() -> None:
    places.rebuild_places()
    lay()
    assert [spot.trails for spot in hotspots()] == [1]
    assert places.fold_trails() == 0  # it came after the last look; a late commit may lie below it
    assert places.fold_trails() == 1
    assert places.fold_trails() == 0
    assert [spot.trails for spot in hotspots()] == [1]


def test_an_expired_trail_is_taken_away_when_it_is_read_and_by_the_fold() -> None:
    with time_machine.travel(START, tick=False) as clock:
        lay(expires_at=START + HOUR)
        places.rebuild_places()
        clock.shift(2 * HOUR)
        assert hotspots() == []
        places.fold_trails()
        assert Place.objects.get().trails == 0
        assert hotspots() == []


@time_machine.travel(START, tick=False)
def test_gone_unreadable_and_future_trails_do_not_count() -> None:
    lay("gone.py", gone_at=START)
    lay("future.py", created_at=START + 30 * 24 * HOUR)
    lay("undated.py", created_at=None)
    assert hotspots() == []
    places.rebuild_places()
    assert not Place.objects.exists()


@time_machine.travel(START, tick=False)
def test_a_rebuild_mends_what_raw_statements_changed() -> None:
    lay("stays.py")
    removed = lay("removed.py")
    places.rebuild_places()
    kept_id = Place.objects.get(location="stays.py").pk
    Trail.objects.filter(pk=removed.pk).delete()
    places.rebuild_places()
    assert [spot.location for spot in hotspots()] == ["stays.py"]
    assert Place.objects.get().pk == kept_id


@time_machine.travel(START, tick=False)
def test_a_rebuild_in_slices_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        lay(f"src/{number % 7}.py")
    places.rebuild_places()
    whole = as_read(START)
    monkeypatch.setattr(places, "BATCH", 4)
    assert places.rebuild_places() == 7
    assert as_read(START) == whole


@time_machine.travel(START, tick=False)
def test_a_rebuild_that_died_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        lay(f"src/{number % 7}.py")
    monkeypatch.setattr(places, "BATCH", 4)
    whole = places._rebuild_slice
    done: list[str | None] = []

    def dies(after: str | None) -> tuple[int, str | None]:
        if len(done) == 3:
            raise InterruptedError
        done.append(after)
        return whole(after)

    monkeypatch.setattr(places, "_rebuild_slice", dies)
    with pytest.raises(InterruptedError):
        places.rebuild_places()
    assert PlacesState.objects.get().rebuilt_to is not None
    monkeypatch.setattr(places, "_rebuild_slice", whole)
    assert 0 < places.rebuild_places(resume=True) < 7
    assert as_read(START) == brute_force(START)
    assert not places.rebuild_owed()
    assert places.rebuild_places(resume=True) == 7, "nothing to go on with: all anew"


@time_machine.travel(START, tick=False)
def test_a_rebuild_that_died_is_owed_and_folds_wait() -> None:
    lay()
    places.rebuild_places()
    assert not places.rebuild_owed()
    PlacesState.objects.update(stale=True)
    lay()
    assert places.rebuild_owed()
    assert places.fold_trails() == 0
    places.rebuild_places()
    assert not places.rebuild_owed()
    assert [spot.trails for spot in hotspots()] == [2]


def test_another_period_asks_for_a_rebuild(settings: Any) -> None:
    with time_machine.travel(START, tick=False) as clock:
        lay()
        places.rebuild_places()
        settings.TRAIL_PERIOD_HOURS = 24
        assert places.rebuild_owed()
        places.rebuild_places()
        clock.shift(24 * HOUR)
        assert hotspots()[0].strength == pytest.approx(0.9)


@pytest.mark.parametrize(("minutes", "gap"), [(4, 240), (10, 600), (11, None)])
def test_two_agents_within_ten_minutes_have_crossed(minutes: int, gap: int | None) -> None:
    with time_machine.travel(START, tick=False) as clock:
        lay(agent_id="one", scent="write")
        clock.shift(dt.timedelta(minutes=minutes))
        lay(agent_id="two")
        assert hotspots()[0].crossed_gap == gap
        assert hotspots()[0].contested is (gap is not None)


def test_one_agent_does_not_cross_itself_and_a_crossing_is_news_for_an_hour() -> None:
    with time_machine.travel(START, tick=False) as clock:
        lay("own.py", agent_id="one")
        lay("own.py", agent_id="one")
        lay("both.py", agent_id="one")
        lay("both.py", agent_id="two", scent="write")
        lay("read.py", agent_id="one")
        lay("read.py", agent_id="two", scent="discovery")
        assert {h.location for h in hotspots() if h.contested} == {"both.py"}
        clock.shift(2 * HOUR)
        assert not any(h.contested for h in hotspots())


@time_machine.travel(START, tick=False)
def test_each_source_has_its_own_places() -> None:
    source = Source.objects.create(name="north", path="/north.db")
    lay("shared.py")
    lay("shared.py", origin=source, strength=0.5)
    for _ in range(2):  # read from the trails, then from the places
        assert len(hotspots()) == 2
        assert [h.strength for h in hotspots(source=source.pk)] == [pytest.approx(0.5)]
        assert [h.strength for h in hotspots(source=OURS)] == [pytest.approx(1.0)]
        places.rebuild_places()


@time_machine.travel(START, tick=False)
def test_a_time_of_the_past_is_counted_from_the_trails_of_44_periods() -> None:
    lay("old.py", created_at=START - 44 * HOUR, strength=1.0)
    lay("then.py", created_at=START - 11 * HOUR)
    lay("expired.py", created_at=START - 11 * HOUR, expires_at=START - 10.5 * HOUR)
    lay("later.py", created_at=START)
    past = survey(asof=START - 10 * HOUR)
    assert {h.location for h in past.hotspots} == {"old.py", "then.py"}
    assert past.hotspots[0].strength == pytest.approx(0.9)
    assert not past.cut
    assert "old.py" not in {h.location for h in hotspots(asof=START)}


@time_machine.travel(START, tick=False)
def test_bounds_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.trails.queries.MOST_UNFOLDED", 2)
    for number in range(4):
        lay(f"{number}.py")
    found = survey()
    assert found.cut
    assert {h.location for h in found.hotspots} == {"2.py", "3.py"}


def test_reading_costs_the_same_number_of_queries_whatever_there_is(
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(40):
        lay(f"{number % 9}.py", agent_id=f"agent-{number % 5}")
    places.rebuild_places()
    with django_assert_max_num_queries(5):
        hotspots()
    lay()
    with django_assert_max_num_queries(6):
        hotspots()
