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
from workflows.trails import days, keeping
from workflows.trails.hours import Hours, hours_at
from workflows.trails.models import PlacesState, Trail
from workflows.trails.sums import (
    AHEAD_HOURS,
    SPAN_HOURS,
    Frame,
    Key,
    Laid,
    Sums,
    edges_at,
    keys_of,
    sum_up,
)

BATCH = 20_000  # trails per transaction: about 0.4 s
CHUNK = 500  # places that are rebuilt at once because their trails changed
REBUILD_EVERY = dt.timedelta(hours=1)  # heals what raw UPDATEs and DELETEs changed
SECOND = dt.timedelta(seconds=1)


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


def frame_at(moment: dt.datetime, period_hours: float) -> Frame:
    """What sums are made by at *moment*."""
    crossing = (settings.COLLISION_MINUTES * 60 + 0.5) / 3600  # half a second for rounded times
    return Frame(period_hours, crossing, edges_at(hours_at(moment)))


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
    going = [expired(state, now), *(leaving(state, now, span) for span in range(len(SPAN_HOURS)))]
    if any(len(each.values_list("id")[: BATCH + 1]) > BATCH for each in going):
        PlacesState.objects.update(stale=True, rebuilt_to=None)
        return 0, False
    fresh = list(laid(new.filter(id__lte=upto), now))
    over = list(laid(going[0], now))
    left = [left_between(each, state, now, span) for span, each in enumerate(going[1:])]
    present = keeping.at_places(
        key
        for trail in (*fresh, *over, *(t for each in left for t in each))
        for key in keys_of(trail)
    )
    sums = {key: keeping.loaded(place) for key, place in present.items()}
    frame = frame_at(now, state.period_hours)
    touched = fold_into(sums, fresh, over, frame) | leave_spans(sums, left)
    keeping.save({key: sums[key] for key in touched}, present)
    days.add(fresh)
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


def leaving(state: PlacesState, now: dt.datetime, span: int) -> QuerySet[Trail]:
    """Trails that were folded in and have left a window since, the latest first; some more, by a
    second on either side, because the hours of sums are not to the microsecond."""
    length = dt.timedelta(hours=SPAN_HOURS[span])
    since, until = state.folded_at - length - SECOND, now - length + SECOND
    return (
        Trail.objects.filter(gone_at__isnull=True, created_at__gt=since, created_at__lte=until)
        .alias(key=F("id") + 0)
        .filter(key__lte=state.last_id)
        .order_by("-created_at")
    )


def left_between(
    trails: QuerySet[Trail], state: PlacesState, now: dt.datetime, span: int
) -> list[Laid]:
    """Of ``leaving`` those that a sum counts no more, by the same arithmetic that counted them."""
    before, after = edges_at(hours_at(state.folded_at))[span], edges_at(hours_at(now))[span]
    return [trail for trail in laid(trails, now) if before < trail.at <= after]


def fold_into(sums: Sums, fresh: Iterable[Laid], over: Iterable[Laid], frame: Frame) -> set[Key]:
    """Add what is new, take away what is over; the places that changed."""
    touched: set[Key] = set()
    for trail in over:
        for key in keys_of(trail):
            if key in sums:
                sums[key].take(trail, frame)
                touched.add(key)
    fresh = list(fresh)
    sum_up(fresh, frame, sums)
    return touched | {key for trail in fresh for key in keys_of(trail)}


def leave_spans(sums: Sums, left: Iterable[Iterable[Laid]]) -> set[Key]:
    """Take out of each window what has left it; the places that changed."""
    touched: set[Key] = set()
    for span, trails in enumerate(left):
        for trail in trails:
            for key in keys_of(trail):
                if key in sums:
                    sums[key].leave(trail, span)
                    touched.add(key)
    return touched


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


def rebuild_places(*, now: dt.datetime | None = None, resume: bool = False) -> int:
    """Sum up every place and every day anew, in slices of about BATCH trails; how many places.

    Each slice is one short transaction that leaves its places right for the watermark of that
    moment; folds wait. A rebuild that dies leaves ``stale`` and is done again, or with *resume*
    goes on where it stopped; of two at once only the one that began last may say that all is done.
    """
    moment = now or timezone.now()
    after = None
    with transaction.atomic():
        state = _state()
        if resume and state.stale and state.period_hours == settings.TRAIL_PERIOD_HOURS:
            after = state.rebuilt_to
        if after is None:
            _begin_rebuild(moment)
        else:
            moment = state.folded_at
    places = 0
    while True:
        count, after = _rebuild_slice(after)
        places += count
        if after is None:
            break
    PlacesState.objects.filter(folded_at=moment).update(
        stale=False, rebuilt_at=moment, rebuilt_to=None
    )
    return places


def _begin_rebuild(moment: dt.datetime) -> None:
    top = highest_id()
    PlacesState.objects.update(
        stale=True,
        rebuilt_to=None,
        last_id=top,
        seen_id=top,
        folded_at=moment,
        period_hours=settings.TRAIL_PERIOD_HOURS,
    )


@transaction.atomic
def _rebuild_slice(after: str | None) -> tuple[int, str | None]:
    """Rebuild the places behind *after* in the order of locations; where the slice ends."""
    state = _state()
    beyond: dict[str, Any] = {} if after is None else {"location__gt": after}
    locations = Trail.objects.filter(**beyond).order_by("location").values_list("location")
    ends = list(locations[BATCH : BATCH + 1])
    if ends:
        beyond["location__lte"] = ends[0][0]
    count = _rebuild_where(state, **beyond)
    end = ends[0][0] if ends else None
    PlacesState.objects.update(rebuilt_to=end)
    return count, end


@transaction.atomic
def rebuild_at(locations: Iterable[str]) -> None:
    """Sum up the places at these locations anew: trails that had been counted changed or went."""
    wanted = sorted(set(locations))
    state = _state()
    if len(wanted) > CHUNK:
        PlacesState.objects.update(stale=True, rebuilt_to=None)
        return
    _rebuild_where(state, location__in=wanted)


def _rebuild_where(state: PlacesState, **where: Any) -> int:
    """Sum up the places there from all trails below the watermark; how many there are."""
    trails = counted().filter(id__lte=state.last_id, **where)
    frame = frame_at(state.folded_at, state.period_hours)
    # within a place by time; the index on (location, created_at) gives that order
    sums = sum_up(laid(trails.order_by("location", "created_at"), state.folded_at), frame)
    keeping.replace(sums, **where)
    days.replace(trails, **where)
    return sum(1 for _, _, scent in sums if not scent)


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
