"""Hot spots: the places where the strongest scent is left, now or at a time of the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils import timezone

from workflows.trails import decay
from workflows.trails.hours import hours_at, moment_at
from workflows.trails.keeping import SPANS, at_places, key_of, loaded
from workflows.trails.models import Kept, Place, PlaceScent, PlacesState, Trail
from workflows.trails.places import (
    counted,
    expired,
    fold_into,
    frame_at,
    laid,
    leave_spans,
    leaving,
)
from workflows.trails.sums import (
    ALL,
    SPAN_HOURS,
    Key,
    Laid,
    PlaceSum,
    Sums,
    edges_at,
    keys_of,
    sum_up,
)

MOST = 2000  # places in one answer
MOST_PLACES = 1000  # beyond it, "more than 1,000 places"
# trails above the watermark that a reader adds; more than the job has left behind in a minute
# means that it does not run, and then the newest count
MOST_UNFOLDED = 5_000
MOST_PAST = 30_000  # trails read for a time of the past
CROSSING_SHOWN = dt.timedelta(hours=1)  # that two agents met is news for so long
LENGTHS = [dt.timedelta(hours=hours) for hours in SPAN_HOURS]
OURS = "ours"  # the source filter of trails that no import brought


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A place and what is left there. ``strength`` is the sum after decay, ``crossed_gap`` the
    seconds between two agents that met there within the hour (None: nobody met)."""

    location: str
    origin: int | None
    strength: float
    worst_scent: str
    trails: int
    agents: int
    last_at: dt.datetime | None
    crossed_gap: int | None

    @property
    def contested(self) -> bool:
        return self.crossed_gap is not None


@dataclass(frozen=True, slots=True)
class Survey:
    """The hottest places at ``moment``, hottest first.

    ``places`` is how many have any strength left (at most MOST_PLACES + 1: "more than"), ``cut``
    that more trails lie within the bounds of time than were read; then the newest were.
    """

    moment: dt.datetime
    hotspots: list[Hotspot]
    places: int
    cut: bool


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
    return _present(View(now or timezone.now(), limit, wanted, scent, span))


@dataclass(frozen=True, slots=True)
class View:
    """What is asked of the places kept."""

    now: dt.datetime
    limit: int
    wanted: Q
    scent: str
    span: int | None

    @property
    def model(self) -> type[Kept]:
        return PlaceScent if self.scent else Place

    @property
    def trails(self) -> Q:
        return self.wanted & Q(scent=self.scent) if self.scent else self.wanted

    @property
    def column(self) -> str:
        return "heat" if self.span is None else SPANS[self.span]

    def mine(self, keys: Iterable[Key]) -> set[Key]:
        """Of the sums that trails are part of, those that are asked for."""
        return {key for key in keys if key[2] == self.scent}

    def hot(self, floor: float) -> QuerySet[Kept]:
        """The rows that have anything, unordered."""
        only = self.trails & (
            Q(heat__gte=floor) if self.span is None else Q(**{f"{self.column}_trails__gt": 0})
        )
        return self.model._default_manager.filter(only)

    def has_any(self, total: PlaceSum, floor: float) -> bool:
        return total.heat >= floor if self.span is None else total.spans[self.span][1] > 0

    def rank(self, total: PlaceSum) -> float:
        return total.heat if self.span is None else total.spans[self.span][0]


def among(source: int | str | None, under: str = "") -> Q:
    """Places or trails of *source* (None: of all) that lie in the folder *under*."""
    found = Q()
    if source is not None:
        found = Q(origin__isnull=True) if source == OURS else Q(origin_id=int(source))
    # not LIKE, which takes no account of case on SQLite
    return found & Q(Exact(Left("location", len(under)), under)) if under else found


def _present(view: View) -> Survey:
    now = view.now
    state = PlacesState.objects.first() or PlacesState(
        folded_at=now, period_hours=settings.TRAIL_PERIOD_HOURS
    )
    floor = decay.heat_of_floor(decay.periods_at(now, state.period_hours))
    new = counted().filter(view.trails, id__gt=state.last_id).order_by("-id")
    fresh, cut = _first(new, now)
    going = expired(state, now) if view.span is None else leaving(state, now, view.span)
    gone, cut_too = _first(going.filter(view.trails), now)
    keys = view.mine(key for trail in (*fresh, *gone) for key in keys_of(trail))
    sums = {key: loaded(row) for key, row in at_places(keys).items()}
    were_hot = sum(view.has_any(total, floor) for total in sums.values())
    _correct(view, state, sums, fresh, gone)
    are_hot = sum(view.has_any(total, floor) for total in sums.values())

    hot = view.hot(floor)
    places = len(hot.values_list("pk")[: MOST_PLACES + 1]) + are_hot - were_hot
    for row in hot.order_by(f"-{view.column}")[: view.limit + were_hot]:
        sums.setdefault(key_of(row), loaded(row))
    wanted = {key: each for key, each in sums.items() if view.has_any(each, floor)}
    # equal strengths keep one order, so that a page does not shuffle from view to view
    _cross(view, wanted)
    ranked = sorted(
        wanted.items(), key=lambda item: (-view.rank(item[1]), item[0][1], item[0][0] or 0)
    )[: view.limit]
    return Survey(now, _spots(ranked, view, state.period_hours), places, cut or cut_too)


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


def _cross(view: View, sums: Sums) -> None:
    """Tell the sums of one scent where two agents met by any; their place knows."""
    if not view.scent:
        return
    since = view.now - (CROSSING_SHOWN if view.span is None else LENGTHS[view.span])
    rows = Place.objects.filter(view.wanted, crossed_at__gt=since).order_by("-crossed_at")
    for place in rows[:MOST]:
        if total := sums.get((place.origin_id, place.location, view.scent)):
            total.crossed = loaded(place).crossed


def _spots(ranked: list[tuple[Key, PlaceSum]], view: View, period_hours: int) -> list[Hotspot]:
    if view.span is None:
        periods = decay.periods_at(view.now, period_hours)
        return [_hotspot(key, total, view.now, periods) for key, total in ranked]
    edge = edges_at(hours_at(view.now))[view.span]
    return [_of_span(key, total, view.span, edge) for key, total in ranked]


def _of_span(key: Key, total: PlaceSum, span: int, edge: float) -> Hotspot:
    strength, trails = total.spans[span]
    crossed = total.crossed if total.crossed and total.crossed[0] > edge else None
    return Hotspot(
        location=key[1],
        origin=key[0],
        strength=strength,
        worst_scent=total.worst_since(Trail.SCENTS, edge),
        trails=int(trails),
        agents=total.agents_since(edge),
        last_at=None if total.last is None else moment_at(total.last),
        crossed_gap=round(crossed[1] * 3600) if crossed else None,
    )


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
    sums = {k: total for k, total in sum_up(in_time, frame_at(asof, period)).items() if k[2] == ALL}
    periods = decay.periods_at(asof, period)
    floor = decay.heat_of_floor(periods)
    hot = [(key, total) for key, total in sums.items() if total.heat >= floor]
    hot.sort(key=lambda item: (-item[1].heat, item[0][1], item[0][0] or 0))
    spots = [_hotspot(key, total, asof, periods) for key, total in hot[:limit]]
    return Survey(asof, spots, len(hot), cut)


def _first(trails: QuerySet[Trail], now: dt.datetime) -> tuple[list[Laid], bool]:
    """At most MOST_UNFOLDED of them, turned to the order of time, and whether there are more."""
    rows = list(laid(trails[: MOST_UNFOLDED + 1], now))
    return rows[:MOST_UNFOLDED][::-1], len(rows) > MOST_UNFOLDED


def _hotspot(key: Key, total: PlaceSum, now: dt.datetime, periods: float) -> Hotspot:
    gap = None
    if total.crossed and abs(hours_at(now) - total.crossed[0]) <= _hours(CROSSING_SHOWN):
        gap = round(total.crossed[1] * 3600)
    return Hotspot(
        location=key[1],
        origin=key[0],
        strength=decay.left_at(total.heat, periods),
        worst_scent=total.worst_scent(Trail.SCENTS, periods),
        trails=total.trails,
        agents=total.agents_here(),
        last_at=None if total.last is None else moment_at(total.last),
        crossed_gap=gap,
    )


def _hours(span: dt.timedelta) -> float:
    return span.total_seconds() / 3600
