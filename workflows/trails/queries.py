"""Hot spots: the places where the strongest scent is left, now or at a time of the past."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from workflows.trails import decay
from workflows.trails.hours import hours_at
from workflows.trails.keeping import SPANS, at_places, loaded
from workflows.trails.models import Place, PlacesState, Trail
from workflows.trails.places import (
    counted,
    expired,
    fold_into,
    frame_at,
    laid,
    leave_spans,
    leaving,
)
from workflows.trails.spots import MOST, OURS, Hotspot, Survey, View, among
from workflows.trails.sums import ALL, Laid, Sums, edges_at, keys_of, sum_up

__all__ = ["MOST", "MOST_PLACES", "OURS", "Hotspot", "Survey", "among", "hotspots", "survey"]

MOST_PLACES = 1000  # beyond it, "more than 1,000 places"
# trails above the watermark that a reader adds; more than the job has left behind in a minute
# means that it does not run, and then the newest count
MOST_UNFOLDED = 5_000
TOLD = 200  # hot spots of one scent that are told of collisions; fewer are drawn
MOST_PAST = 30_000  # trails read for a time of the past


def hotspots(
    now: dt.datetime | None = None,
    *,
    limit: int = 60,
    source: int | str | None = None,
    asof: dt.datetime | None = None,
) -> list[Hotspot]:
    """The *limit* hottest places; see ``survey``."""
    return survey(now, limit=limit, source=source, asof=asof).hotspots


def survey(
    now: dt.datetime | None = None,
    *,
    limit: int = 60,
    source: int | str | None = None,
    asof: dt.datetime | None = None,
    under: str = "",
    scent: str = "",
    span: int | None = None,
) -> Survey:
    """The hottest places of all sources, of one (its id), or of our own rows (``OURS``).

    *under* is a folder with its slash, "" all places; *scent* one scent, "" all together. *span*
    is the number of a window (0: 24 hours, 1: 7 days, 2: 30 days): strength is then what was laid
    within it, expired or not, and ``trails``, ``agents`` and the worst scent are those of it.

    Now: from the places kept, plus the trails above their watermark, less what has expired or
    left the window since. *asof* a time of the past: from the trails of the 44 periods before it.
    A trail that is older has less than .01 left and is not counted there; at most MOST_PAST of
    the newest are read.
    """
    limit = max(1, min(limit, MOST))
    wanted = among(source, under)
    if asof is not None:
        return _past(asof, limit, wanted & Q(scent=scent) if scent else wanted)
    return _present(now or timezone.now(), limit, wanted, scent, span)


def _present(now: dt.datetime, limit: int, wanted: Q, scent: str, span: int | None) -> Survey:
    state = PlacesState.objects.first() or PlacesState(
        folded_at=now, period_hours=settings.TRAIL_PERIOD_HOURS
    )
    view = View(now, limit, wanted, scent, span, state.period_hours)
    new = counted().filter(view.trails, id__gt=state.last_id).order_by("-id")
    fresh, cut = _first(new, now)
    going = expired(state, now) if span is None else leaving(state, now, span)
    gone, cut_too = _first(going.filter(view.trails), now)
    keys = view.mine(key for trail in (*fresh, *gone) for key in keys_of(trail))
    sums = {key: loaded(row) for key, row in at_places(keys).items()}
    were_hot = sum(map(view.has_any, sums.values()))
    _correct(view, state, sums, fresh, gone)
    spots = [view.of_sum(key, total) for key, total in sums.items() if view.has_any(total)]
    places = len(view.hot().values_list("pk")[: MOST_PLACES + 1]) + len(spots) - were_hot
    changed = {(origin, location) for origin, location, _ in sums}
    rows = view.of_rows(limit + were_hot)
    spots += [spot for spot in rows if (spot.origin, spot.location) not in changed]
    # equal strengths keep one order, so that a page does not shuffle from view to view
    spots.sort(key=lambda spot: (-spot.strength, spot.location, spot.origin or 0))
    return Survey(now, _crossed(view, spots[:limit]), places, cut or cut_too)


def _correct(
    view: View, state: PlacesState, sums: Sums, fresh: list[Laid], gone: list[Laid]
) -> None:
    """Bring *sums* from the last fold to now."""
    frame = frame_at(view.now, state.period_hours)
    if view.span is None:
        fold_into(sums, fresh, gone, frame)
    else:
        before = edges_at(hours_at(state.folded_at))[view.span]
        after = frame.edges[view.span]
        left = [trail for trail in gone if before < trail.at <= after]
        leave_spans(sums, [left if n == view.span else [] for n in range(len(SPANS))])
        sum_up(fresh, frame, sums)
    for key in set(sums) - view.mine(sums):
        del sums[key]


def _crossed(view: View, spots: list[Hotspot]) -> list[Hotspot]:
    """The strongest hot spots of one scent told where two agents met by any: their place knows."""
    if not view.scent:
        return spots
    first = spots[:TOLD]
    rows = Place.objects.filter(
        view.wanted,
        crossed_at__gt=view.crossed_since,
        location__in=[spot.location for spot in first],
    )
    named = ("origin_id", "location", "crossed_at", "crossed_gap")
    met = {
        (origin, location): view.gap(at, seconds)
        for origin, location, at, seconds in rows.values_list(*named)
    }
    told = [replace(spot, crossed_gap=met.get((spot.origin, spot.location))) for spot in first]
    return told + spots[TOLD:]


def window(asof: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """From when to when trails are read for a time of the past."""
    return asof - dt.timedelta(hours=decay.HORIZON * settings.TRAIL_PERIOD_HOURS), asof


def _past(asof: dt.datetime, limit: int, wanted: Q) -> Survey:
    period = settings.TRAIL_PERIOD_HOURS
    since, _ = window(asof)
    trails = Trail.objects.filter(gone_at__isnull=True, created_at__gt=since, created_at__lte=asof)
    rows = trails.filter(wanted).order_by("-created_at")
    read = list(laid(rows[: MOST_PAST + 1], asof))
    cut = len(read) > MOST_PAST
    in_time = sorted(read[:MOST_PAST], key=lambda trail: trail.at)
    sums = sum_up(in_time, frame_at(asof, period))
    view = View(asof, limit, wanted, ALL, None, period)
    hot = [
        view.of_sum(key, total)
        for key, total in sums.items()
        if key[2] == ALL and view.has_any(total)
    ]
    hot.sort(key=lambda spot: (-spot.strength, spot.location, spot.origin or 0))
    return Survey(asof, hot[:limit], len(hot), cut)


def _first(trails: QuerySet[Trail], now: dt.datetime) -> tuple[list[Laid], bool]:
    """At most MOST_UNFOLDED of them, turned to the order of time, and whether there are more."""
    rows = list(laid(trails[: MOST_UNFOLDED + 1], now))
    return rows[:MOST_UNFOLDED][::-1], len(rows) > MOST_UNFOLDED
