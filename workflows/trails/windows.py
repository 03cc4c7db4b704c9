"""Places in a window of time by what was laid there: the sum of strengths as they were laid."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db.models import Case, Count, F, FloatField, Max, Q, Sum, Value, When
from django.utils import timezone

from elfsite.listings.limits import LIST_MS, time_limit
from workflows.trails.models import Place, Trail
from workflows.trails.places import counted
from workflows.trails.queries import MOST, MOST_PLACES, Hotspot, Survey, among, survey

NOW = "now"
WINDOWS = {"24h": dt.timedelta(days=1), "7d": dt.timedelta(days=7), "30d": dt.timedelta(days=30)}
# seconds that a window's sum is kept: 115,000 trails of a month take half a second to add up
KEPT = {"24h": 2, "7d": 10, "30d": 15}


@dataclass(frozen=True)
class Asked:
    """A window, a folder with its slash ("": everywhere), a source (its id or ``ours``)."""

    window: str = NOW
    folder: str = ""
    source: int | str | None = None


def look(asked: Asked, now: dt.datetime | None = None) -> Survey:
    """The strongest places: *now* by what is left, else by what was laid within the window.

    Raises Refused ``too_slow`` beyond the limit of a list.
    """
    if asked.window == NOW:
        return survey(now, limit=MOST, source=asked.source, under=asked.folder)
    said = f"{asked.window} {asked.source} {asked.folder}".encode()
    key = f"trails:{hashlib.sha256(said).hexdigest()}"
    found: Survey | None = caches["process"].get(key)
    if found is None or now is not None:
        found = _window(asked, now or timezone.now())
        caches["process"].set(key, found, KEPT[asked.window])
    return found


def _window(asked: Asked, now: dt.datetime) -> Survey:
    since = now - WINDOWS[asked.window]
    trails = counted().filter(among(asked.source, asked.folder), created_at__gte=since)
    with time_limit(LIST_MS):
        by_scent = _by_scent(trails)
        walkers = _walkers(trails)
        crossed = _crossed(asked, since)
    spots = [_spot(key, scents, walkers, crossed) for key, scents in by_scent.items()]
    spots = sorted((s for s in spots if s.strength > 0), key=lambda s: (-s.strength, s.location))
    return Survey(now, spots[:MOST], min(len(spots), MOST_PLACES + 1), len(spots) > MOST)


Key = tuple[int | None, str]


def _by_scent(trails: Any) -> dict[Key, list[tuple[str, float, int, Any]]]:
    """(scent, sum, trails, last) of each scent at each place."""
    clamped = Case(
        When(strength__gt=1, then=Value(1.0)),
        When(strength__lt=0, then=Value(0.0)),
        default=F("strength"),
        output_field=FloatField(),
    )
    rows = trails.values("origin_id", "location", "scent").annotate(
        sum=Sum(clamped), rows=Count("pk"), last=Max("created_at")
    )
    found: defaultdict[Key, list[tuple[str, float, int, Any]]] = defaultdict(list)
    for row in rows.order_by():
        key = (row["origin_id"], row["location"])
        found[key].append((row["scent"], row["sum"] or 0.0, row["rows"], row["last"]))
    return found


def _walkers(trails: Any) -> dict[Key, int]:
    rows = trails.exclude(Q(agent_id__isnull=True) | Q(agent_id=""))
    counts = rows.values("origin_id", "location").annotate(n=Count("agent_id", distinct=True))
    return {(row["origin_id"], row["location"]): row["n"] for row in counts.order_by()}


def _crossed(asked: Asked, since: dt.datetime) -> dict[Key, int]:
    """Seconds between two agents, where some crossed in the window."""
    places = Place.objects.filter(among(asked.source, asked.folder), crossed_at__gte=since)
    rows = places.values_list("origin_id", "location", "crossed_gap")[:MOST]
    return {(origin, location): round(gap or 0) for origin, location, gap in rows}


def _spot(
    key: Key,
    scents: Iterable[tuple[str, float, int, Any]],
    walkers: dict[Key, int],
    crossed: dict[Key, int],
) -> Hotspot:
    laid = list(scents)
    times = [last for *_, last in laid if isinstance(last, dt.datetime)]
    return Hotspot(
        location=key[1],
        origin=key[0],
        strength=sum(total for _, total, _, _ in laid),
        worst_scent=min((scent for scent, *_ in laid), key=_badness),
        trails=sum(rows for _, _, rows, _ in laid),
        agents=walkers.get(key, 0),
        last_at=max(times, default=None),
        crossed_gap=crossed.get(key),
    )


def _badness(scent: str) -> tuple[int, str]:
    order = Trail.SCENTS
    return (order.index(scent) if scent in order else len(order)), scent
