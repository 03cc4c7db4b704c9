"""A hot spot, and what is asked when hot spots are: no queries but those that rows bring."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Left
from django.db.models.lookups import Exact

from workflows.trails import decay
from workflows.trails.hours import hours_at, moment_at
from workflows.trails.keeping import SPANS
from workflows.trails.models import Kept, Place, PlaceScent, Trail
from workflows.trails.sums import (
    SPAN_HOURS,
    Key,
    PlaceSum,
    edges_at,
    worst_felt,
    worst_since,
)

MOST = 2000  # places in one answer
CROSSING_SHOWN = dt.timedelta(hours=1)  # that two agents met is news for so long
LENGTHS = [dt.timedelta(hours=hours) for hours in SPAN_HOURS]
OURS = "ours"  # the source filter of trails that no import brought

Numbers = Mapping[str, Sequence[float]]


@dataclass(slots=True)
class Seen:
    """Who and what was at a place, read only where it is shown: JSON of 2,000 places takes longer
    to parse than all else. ``since`` is the hour that a window begins, None for what is left at
    ``periods``."""

    scents: str | Numbers
    agents: str | Numbers
    periods: float
    since: float | None = None

    def worst(self) -> str:
        scents = _read(self.scents)
        if self.since is None:
            return worst_felt(scents, Trail.SCENTS, self.periods)
        return worst_since(scents, Trail.SCENTS, self.since)

    def count(self) -> int:
        numbers = _read(self.agents).values()
        if self.since is None:
            return sum(1 for trails, *_ in numbers if trails > 0)
        return sum(1 for _, last, *_ in numbers if last > self.since)


def _read(numbers: str | Numbers) -> Numbers:
    if not isinstance(numbers, str):
        return numbers
    read: dict[str, list[float]] = json.loads(numbers)
    return read


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A place and what is left there. ``strength`` is the sum after decay (of a window: what was
    laid in it), ``crossed_gap`` the seconds between two agents that met there, lately or in the
    window (None: nobody met)."""

    location: str
    origin: int | None
    strength: float
    trails: int
    last_at: dt.datetime | None
    crossed_gap: int | None
    seen: Seen

    @property
    def worst_scent(self) -> str:
        return self.seen.worst()

    @property
    def agents(self) -> int:
        return self.seen.count()

    @property
    def contested(self) -> bool:
        return self.crossed_gap is not None

    def as_dict(self) -> dict[str, Any]:
        """The same for an answer of the API."""
        return {
            "location": self.location,
            "origin": self.origin,
            "strength": self.strength,
            "worst_scent": self.worst_scent,
            "trails": self.trails,
            "agents": self.agents,
            "last_at": self.last_at,
            "crossed_gap": self.crossed_gap,
            "contested": self.contested,
        }


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


@dataclass(frozen=True, slots=True)
class View:
    """What is asked of the places kept."""

    now: dt.datetime
    limit: int
    wanted: Q
    scent: str
    span: int | None
    period_hours: float

    @property
    def model(self) -> type[Kept]:
        return PlaceScent if self.scent else Place

    @property
    def trails(self) -> Q:
        return self.wanted & Q(scent=self.scent) if self.scent else self.wanted

    @property
    def column(self) -> str:
        return "heat" if self.span is None else SPANS[self.span]

    @property
    def periods(self) -> float:
        return decay.periods_at(self.now, self.period_hours)

    @property
    def edge(self) -> float | None:
        """The hour at which the window begins."""
        return None if self.span is None else edges_at(hours_at(self.now))[self.span]

    @property
    def crossed_since(self) -> dt.datetime:
        return self.now - (CROSSING_SHOWN if self.span is None else LENGTHS[self.span])

    def mine(self, keys: Iterable[Key]) -> set[Key]:
        """Of the sums that trails are part of, those that are asked for."""
        return {key for key in keys if key[2] == self.scent}

    def hot(self) -> QuerySet[Kept]:
        """The rows that have anything, unordered."""
        floor = decay.heat_of_floor(self.periods)
        has_any = Q(heat__gte=floor) if self.span is None else Q(**{f"{self.column}_trails__gt": 0})
        return self.model._default_manager.filter(self.trails & has_any)

    def has_any(self, total: PlaceSum) -> bool:
        if self.span is None:
            return total.heat >= decay.heat_of_floor(self.periods)
        return total.spans[self.span][1] > 0

    def of_sum(self, key: Key, total: PlaceSum) -> Hotspot:
        """The hot spot that a sum makes."""
        if self.span is None:
            strength, trails = decay.left_at(total.heat, self.periods), total.trails
        else:
            strength, trails = total.spans[self.span][0], int(total.spans[self.span][1])
        crossed = None if total.crossed is None else moment_at(total.crossed[0])
        gap = None if total.crossed is None else total.crossed[1] * 3600
        seen = Seen(total.scents, total.agents, self.periods, self.edge)
        last = None if total.last is None else moment_at(total.last)
        return Hotspot(key[1], key[0], strength, trails, last, self.gap(crossed, gap), seen)

    def of_rows(self, most: int) -> list[Hotspot]:
        """The *most* strongest rows as they were at the last fold."""
        trails = "trails" if self.span is None else f"{self.column}_trails"
        crossed = ("crossed_at", "crossed_gap") if self.model is Place else ()
        rows = (
            self.hot()
            .order_by(f"-{self.column}")
            .annotate(
                s=Cast("scents", TextField()),
                a=Cast("agents", TextField()),
                strength=F(self.column),
            )
        )
        named = ("origin_id", "location", "strength", trails, "last_at", "s", "a", *crossed)
        periods, edge = self.periods, self.edge
        found = []
        for origin, location, value, count, last, scents, agents, *met in rows.values_list(*named)[
            :most
        ]:
            strength = decay.left_at(value, periods) if self.span is None else value
            seen = Seen(scents, agents, periods, edge)
            gap = self.gap(*met) if met else None
            found.append(Hotspot(location, origin, strength, count, last, gap, seen))
        return found

    def gap(self, at: dt.datetime | None, seconds: Any) -> int | None:
        """The gap of a crossing, while it is news."""
        if at is None or abs(self.now - at) >= self.now - self.crossed_since:
            return None
        return round(seconds or 0)


def among(source: int | str | None, under: str = "") -> Q:
    """Places or trails of *source* (None: of all) that lie in the folder *under*."""
    found = Q()
    if source is not None:
        found = Q(origin__isnull=True) if source == OURS else Q(origin_id=int(source))
    # not LIKE, which takes no account of case on SQLite
    return found & Q(Exact(Left("location", len(under)), under)) if under else found
