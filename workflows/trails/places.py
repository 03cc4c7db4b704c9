"""Places kept: the sums of all trails up to a watermark, folded on by a job, rebuilt at need.

What is derived writes no timeline event. Every function here leaves the same places as counting
all trails anew; readers (``workflows.trails.queries``) add what came after the watermark.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Max, Q, QuerySet, Value, When
from django.utils import timezone

from elfsite.origins.models import Source
from workflows.trails.hours import Hours, hours_at, moment_at
from workflows.trails.models import Place, PlacesState, Trail
from workflows.trails.sums import AHEAD_HOURS, Key, Laid, PlaceSum, sum_up

BATCH = 20_000  # trails per transaction: about 0.2 s
CHUNK = 500  # places per statement
REBUILD_EVERY = dt.timedelta(hours=1)  # heals what raw UPDATEs and DELETEs changed


def counted() -> QuerySet[Trail]:
    """The trails that count: not gone, and with a readable time that is not in the future."""
    ahead = timezone.now() + dt.timedelta(hours=AHEAD_HOURS)
    return Trail.objects.filter(gone_at__isnull=True, created_at__lte=ahead)


def laid(trails: QuerySet[Trail], moment: dt.datetime) -> Iterator[Laid]:
    """The rows of *trails* as they count at *moment*, in the order of the query, streamed.

    Rows without a readable time, or from the future, are left out.
    """
    # the database compares the time, as it does when it looks for what has expired since
    live = Case(
        When(Q(expires_at__isnull=True) | Q(expires_at__gt=moment), then=Value(1)), default=Value(0)
    )
    rows = trails.annotate(at=Hours(F("created_at")), live=live).values_list(
        "origin_id", "location", "scent", "strength", "agent_id", "at", "live"
    )
    ahead = hours_at(moment) + AHEAD_HOURS
    for origin, location, scent, strength, agent, at, is_live in rows.iterator(chunk_size=5000):
        if at is not None and at <= ahead:
            yield Laid(origin, location, scent, strength, agent or "", at, bool(is_live))


def loaded(place: Place) -> PlaceSum:
    """The sum that a row keeps."""
    crossed = None
    if place.crossed_at is not None and place.crossed_gap is not None:
        crossed = (hours_at(place.crossed_at), place.crossed_gap / 3600)
    return PlaceSum(
        heat=place.heat,
        trails=place.trails,
        scents=place.scents,
        agents=place.agents,
        last=hours_at(place.last_at) if place.last_at else None,
        crossed=crossed,
    )


def _row(key: Key, total: PlaceSum, pk: int | None = None) -> Place:
    origin, location = key
    return Place(
        pk=pk,
        origin_id=origin,
        location=location,
        heat=total.heat,
        trails=total.trails,
        scents=total.scents,
        agents=total.agents,
        last_at=None if total.last is None else moment_at(total.last),
        crossed_at=None if total.crossed is None else moment_at(total.crossed[0]),
        crossed_gap=None if total.crossed is None else round(total.crossed[1] * 3600),
    )


def at_places(keys: Iterable[Key]) -> dict[Key, Place]:
    """The rows of those places that are kept already."""
    wanted = set(keys)
    locations = sorted({location for _, location in wanted})
    found: dict[Key, Place] = {}
    for start in range(0, len(locations), CHUNK):
        for place in Place.objects.filter(location__in=locations[start : start + CHUNK]):
            if (key := (place.origin_id, place.location)) in wanted:
                found[key] = place
    return found


def _save(sums: dict[Key, PlaceSum], present: dict[Key, Place]) -> None:
    """Store sums: rows that are there keep their id, because pages link to it."""
    rows = [
        _row(key, total, present[key].pk if key in present else None) for key, total in sums.items()
    ]
    changed = [f.name for f in Place._meta.concrete_fields if not f.primary_key]
    Place.objects.bulk_create(
        [row for row in rows if row.pk],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=changed,
        batch_size=CHUNK,
    )
    Place.objects.bulk_create([row for row in rows if not row.pk], batch_size=CHUNK)


def _state() -> PlacesState:
    """The one row, locked until the transaction ends; made at the first call."""
    PlacesState.objects.bulk_create(
        [PlacesState(folded_at=timezone.now(), period_hours=settings.TRAIL_PERIOD_HOURS)],
        ignore_conflicts=True,
    )
    return PlacesState.objects.select_for_update().get()


def highest_id() -> int:
    return Trail.objects.aggregate(top=Max("id"))["top"] or 0


@transaction.atomic
def _fold_batch(now: dt.datetime) -> tuple[int, bool]:
    """Fold at most BATCH trails; how many, and whether more wait."""
    state = _state()
    if state.stale:
        return 0, False
    new = counted().filter(id__gt=state.last_id, id__lte=state.seen_id).order_by("id")
    ends = list(new.values_list("id", flat=True)[BATCH - 1 : BATCH])
    upto = ends[0] if ends else state.seen_id
    old = expired(state, now)
    if len(old.values_list("id")[: BATCH + 1]) > BATCH:
        PlacesState.objects.update(stale=True)
        return 0, False
    fresh = list(laid(new.filter(id__lte=upto), now))
    over = list(laid(old, now))
    present = at_places((trail.origin, trail.location) for trail in (*fresh, *over))
    sums = {key: loaded(place) for key, place in present.items()}
    touched = fold_into(sums, fresh, over, state.period_hours)
    _save({key: sums[key] for key in touched}, present)
    PlacesState.objects.update(
        last_id=upto, seen_id=max(state.seen_id, highest_id()), folded_at=now
    )
    return len(fresh), bool(ends)


def expired(state: PlacesState, now: dt.datetime) -> QuerySet[Trail]:
    """Trails that were folded in and have expired since, the latest first.

    Only the time of expiry may choose the index: by the key, as the planner would, every trail
    is read (2,000,000 in 300 ms instead of none in 0.1).
    """
    return (
        Trail.objects.filter(
            gone_at__isnull=True, expires_at__gt=state.folded_at, expires_at__lte=now
        )
        .alias(key=F("id") + 0)
        .filter(key__lte=state.last_id)
        .order_by("-expires_at")
    )


def fold_into(
    sums: dict[Key, PlaceSum], fresh: Iterable[Laid], over: Iterable[Laid], period_hours: float
) -> set[Key]:
    """Add what is new, take away what is over; the places that changed."""
    touched: set[Key] = set()
    for trail in over:
        key = (trail.origin, trail.location)
        if key in sums:
            sums[key].take(trail, period_hours)
            touched.add(key)
    fresh = list(fresh)
    sum_up(fresh, period_hours, sums)
    return touched | {(trail.origin, trail.location) for trail in fresh}


def fold_trails(*, now: dt.datetime | None = None) -> int:
    """Add the trails above the watermark, take away what has expired; how many were added.

    Only what was there at the fold before is added (see ``PlacesState``), the rest is counted by
    readers until the next fold. Does nothing while a rebuild is under way or owed.
    """
    moment = now or timezone.now()
    folded, more = 0, True
    while more:
        count, more = _fold_batch(moment)
        folded += count
    return folded


def rebuild_owed(now: dt.datetime | None = None) -> bool:
    """Were the places never built, left half built, or built for another period or an hour ago?"""
    state = PlacesState.objects.first()
    return (
        state is None
        or state.stale
        or state.rebuilt_at is None
        or state.period_hours != settings.TRAIL_PERIOD_HOURS
        or (now or timezone.now()) - state.rebuilt_at > REBUILD_EVERY
    )


def rebuild_places(*, now: dt.datetime | None = None) -> int:
    """Sum up every place anew, in slices of about BATCH trails; how many places there are.

    Each slice is one short transaction that leaves its places right for the watermark of that
    moment; folds wait. A rebuild that dies leaves ``stale`` and is done again, and of two at once
    only the one that began last may say that all is done.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        _state()
        top = highest_id()
        PlacesState.objects.update(
            stale=True,
            last_id=top,
            seen_id=top,
            folded_at=moment,
            period_hours=settings.TRAIL_PERIOD_HOURS,
        )
    places, after = 0, None
    while True:
        count, after = _rebuild_slice(after)
        places += count
        if after is None:
            break
    PlacesState.objects.filter(folded_at=moment).update(stale=False, rebuilt_at=moment)
    return places


@transaction.atomic
def _rebuild_slice(after: str | None) -> tuple[int, str | None]:
    """Rebuild the places behind *after* in the order of locations; where the slice ends."""
    state = _state()
    beyond: dict[str, Any] = {} if after is None else {"location__gt": after}
    trails = counted().filter(id__lte=state.last_id, **beyond).order_by("location", "created_at")
    locations = Trail.objects.filter(**beyond).order_by("location").values_list("location")
    ends = list(locations[BATCH : BATCH + 1])
    if ends:
        beyond["location__lte"] = ends[0][0]
        trails = trails.filter(location__lte=ends[0][0])
    sums = sum_up(laid(trails, state.folded_at), state.period_hours)
    present = {(p.origin_id, p.location): p for p in Place.objects.filter(**beyond)}
    gone = [place.pk for key, place in present.items() if key not in sums]
    for start in range(0, len(gone), CHUNK):
        Place.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
    _save(sums, present)
    return len(sums), ends[0][0] if ends else None


@transaction.atomic
def rebuild_at(locations: Iterable[str]) -> None:
    """Sum up the places at these locations anew: trails that had been counted changed or went."""
    wanted = sorted(set(locations))
    state = _state()
    if len(wanted) > CHUNK:
        PlacesState.objects.update(stale=True)
        return
    trails = counted().filter(id__lte=state.last_id, location__in=wanted)
    sums = sum_up(laid(trails.order_by("created_at"), state.folded_at), state.period_hours)
    present = {(p.origin_id, p.location): p for p in Place.objects.filter(location__in=wanted)}
    gone = [place.pk for key, place in present.items() if key not in sums]
    Place.objects.filter(pk__in=gone).delete()
    _save(sums, present)


@contextmanager
def around_changes(source: Source, keys: list[str]) -> Iterator[None]:
    """Keep places right while trails that *source* has under these keys change or go. New ones
    are above the watermark and are folded in later."""
    rows = Trail.objects.filter(origin=source, origin_key__in=keys)
    before = set(rows.values_list("location", flat=True))
    yield
    if before:
        rebuild_at(before | set(rows.values_list("location", flat=True)))


def after_import(source: Source) -> None:
    """Rows of *source* came, changed or went: sum up anew. Its own rows alone would not do, the
    watermark is one for all."""
    rebuild_places()
