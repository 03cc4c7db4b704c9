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
from workflows.trails.models import Place, PlacesState, Trail
from workflows.trails.places import at_places, counted, expired, fold_into, laid, loaded
from workflows.trails.sums import Key, Laid, PlaceSum, sum_up

MOST = 2000  # places in one answer
MOST_PLACES = 1000  # beyond it, "more than 1,000 places"
# trails above the watermark that a reader adds; more than the job has left behind in a minute
# means that it does not run, and then the newest count
MOST_UNFOLDED = 5_000
MOST_PAST = 30_000  # trails read for a time of the past
CROSSING_SHOWN = dt.timedelta(hours=1)  # that two agents met is news for so long
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
) -> Survey:
    """The hottest places of all sources, of one (its id), or of our own rows (``OURS``).

    *under* is a folder with its slash, "" all places.

    Now: from the places kept, plus the trails above their watermark, less what has expired since.
    *asof* a time of the past: from the trails of the 44 periods before it. A trail that is older
    has less than .01 left and is not counted there; at most MOST_PAST of the newest are read.
    """
    limit = max(1, min(limit, MOST))
    if asof is not None:
        return _past(asof, limit, among(source, under))
    return _present(now or timezone.now(), limit, among(source, under))


def among(source: int | str | None, under: str = "") -> Q:
    """Places or trails of *source* (None: of all) that lie in the folder *under*."""
    found = Q()
    if source is not None:
        found = Q(origin__isnull=True) if source == OURS else Q(origin_id=int(source))
    # not LIKE, which takes no account of case on SQLite
    return found & Q(Exact(Left("location", len(under)), under)) if under else found


def _present(now: dt.datetime, limit: int, wanted: Q) -> Survey:
    state = PlacesState.objects.first() or PlacesState(
        folded_at=now, period_hours=settings.TRAIL_PERIOD_HOURS
    )
    periods = decay.periods_at(now, state.period_hours)
    floor = decay.heat_of_floor(periods)
    new = counted().filter(wanted, id__gt=state.last_id).order_by("-id")
    fresh, cut = _first(new, now)
    over, cut_too = _first(expired(state, now).filter(wanted), now)
    keys = {(trail.origin, trail.location) for trail in (*fresh, *over)}
    sums = {key: loaded(place) for key, place in at_places(keys).items()}
    were_hot = sum(total.heat >= floor for total in sums.values())
    fold_into(sums, fresh, over, state.period_hours)
    are_hot = sum(total.heat >= floor for total in sums.values())

    hot = Place.objects.filter(wanted, heat__gte=floor)
    places = len(hot.values_list("pk")[: MOST_PLACES + 1]) + are_hot - were_hot
    for place in hot.order_by("-heat")[: limit + were_hot]:
        sums.setdefault((place.origin_id, place.location), loaded(place))
    return Survey(now, _hottest(sums, now, state.period_hours, limit), places, cut or cut_too)


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
    sums = sum_up(sorted(read[:MOST_PAST], key=lambda trail: trail.at), period)
    floor = decay.heat_of_floor(decay.periods_at(asof, period))
    places = sum(1 for total in sums.values() if total.heat >= floor)
    return Survey(asof, _hottest(sums, asof, period, limit), places, cut)


def _first(trails: QuerySet[Trail], now: dt.datetime) -> tuple[list[Laid], bool]:
    """At most MOST_UNFOLDED of them, turned to the order of time, and whether there are more."""
    rows = list(laid(trails[: MOST_UNFOLDED + 1], now))
    return rows[:MOST_UNFOLDED][::-1], len(rows) > MOST_UNFOLDED


def _hottest(
    sums: dict[Key, PlaceSum], now: dt.datetime, period_hours: int, limit: int
) -> list[Hotspot]:
    periods = decay.periods_at(now, period_hours)
    floor = decay.heat_of_floor(periods)
    hot: Iterable[tuple[Key, PlaceSum]] = (item for item in sums.items() if item[1].heat >= floor)
    # equal strengths keep one order, so that a page does not shuffle from view to view
    ranked = sorted(hot, key=lambda item: (-item[1].heat, item[0][1], item[0][0] or 0))
    return [_hotspot(key, total, now, periods) for key, total in ranked[:limit]]


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
