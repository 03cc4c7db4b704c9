"""One place: its trails, how they fade, who crossed whose path, which rules speak of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from elfsite.charts.figure import split_path
from elfsite.errors import Refused
from elfsite.listings.limits import LIST_MS, time_limit
from learning.heuristics.models import Heuristic
from workflows.trails.collisions import Met, walk, window
from workflows.trails.decay import FLOOR
from workflows.trails.fading import Dose, falls_below, left
from workflows.trails.hours import hours_at, moment_at
from workflows.trails.models import Trail, TrailDay
from workflows.trails.places import counted
from workflows.trails.queries import among

READ = 2000  # trails of one place that are read, the newest
SHOWN = 30  # rows of the table of trails
CROSSINGS = 10  # of the last month
DAYS, SCENTS = 14, 10  # days that are shown; scents that a day has at most, about
MONTH = dt.timedelta(days=30)
MENTIONS, MENTIONS_MS = 8, 300  # rules that speak of a place, and how long they are looked for
LEAST_STEM = 4  # letters: "db" is in too many rules


@dataclass(frozen=True)
class Visited:
    """A place as its trails make it; ``trails`` are those that count, newest first."""

    location: str
    now: dt.datetime
    trails: Sequence[Trail]
    cut: bool
    source: int | str | None = None

    @cached_property
    def period(self) -> int:
        return settings.TRAIL_PERIOD_HOURS

    @cached_property
    def hour(self) -> float:
        return hours_at(self.now)

    @cached_property
    def doses(self) -> list[Dose]:
        return [
            Dose(hours_at(t.created_at), t.strength, _hour(t.expires_at))
            for t in self.trails
            if isinstance(t.created_at, dt.datetime)
        ]

    @cached_property
    def strength(self) -> float:
        return left(self.doses, self.hour, self.period)

    def below(self, level: float) -> dt.datetime | None:
        """When the strength falls below *level*; None where it is below already."""
        hour = falls_below(self.doses, level, self.hour, self.period)
        return None if hour is None else moment_at(hour)

    def left_of(self, trail: Trail) -> float:
        """What is left of one trail; 0 below the floor, as it is hidden then."""
        if not isinstance(trail.created_at, dt.datetime):
            return 0.0
        dose = Dose(hours_at(trail.created_at), trail.strength, _hour(trail.expires_at))
        rest = dose.left(self.hour, self.period)
        return rest if rest >= FLOOR else 0.0

    @cached_property
    def scents(self) -> list[tuple[str, float, int]]:
        """(scent, strength left, living trails), strongest first."""
        found: dict[str, list[float]] = {}
        for trail in self.trails:
            found.setdefault(trail.scent, []).append(self.left_of(trail))
        rows = [(scent, sum(all_), sum(v > 0 for v in all_)) for scent, all_ in found.items()]
        return sorted((row for row in rows if row[2]), key=lambda row: -row[1])

    @cached_property
    def agents(self) -> list[tuple[str, int, object]]:
        """(agent, trails, last), the latest first."""
        found: dict[str, tuple[int, object]] = {}
        for trail in self.trails:
            if trail.agent_id:
                count, last = found.get(trail.agent_id, (0, trail.created_at))
                found[trail.agent_id] = (count + 1, last)
        return [(agent, count, last) for agent, (count, last) in found.items()]

    @cached_property
    def crossings(self) -> list[tuple[Met, Trail]]:
        """Who met whom with the trail that came second, latest first, of the last thirty days."""
        found = [
            (met, trail)
            for met, trail in walk(self.trails[::-1])
            if self.now - trail.created_at <= MONTH
        ]
        return found[::-1][:CROSSINGS]

    @cached_property
    def together(self) -> tuple[Met, Trail] | None:
        """The latest meeting, while it is within the window: two agents are here now."""
        latest = self.crossings[0] if self.crossings else None
        return latest if latest and self.now - latest[1].created_at <= window() else None

    @cached_property
    def days(self) -> list[Day]:
        """The last days on which anything was laid here, latest first."""
        return days_at(self.location, self.source)


@dataclass(frozen=True)
class Day:
    """What was laid at a place on a UTC day; ``scents`` is (scent, trails), most first."""

    day: dt.date
    trails: int
    strength: float
    scents: list[tuple[str, int]]


def days_at(location: str, source: int | str | None) -> list[Day]:
    """The last DAYS days with trails, from the roll-up: as of the last fold."""
    rows = TrailDay.objects.filter(among(source), location=location).order_by("-day")
    found: dict[dt.date, Counter[str]] = {}
    strength: Counter[dt.date] = Counter()
    for row in rows[: DAYS * SCENTS]:
        found.setdefault(row.day, Counter())[row.scent] += row.trails
        strength[row.day] += row.strength  # type: ignore[assignment]
    return [
        Day(day, scents.total(), strength[day], scents.most_common())
        for day, scents in list(found.items())[:DAYS]
    ]


def _hour(moment: object) -> float | None:
    return hours_at(moment) if isinstance(moment, dt.datetime) else None


def visit(location: str, source: int | str | None = None) -> Visited:
    """The place with at most READ of its trails. Raises Refused ``too_slow``."""
    rows = counted().filter(among(source), location=location).select_related("run")
    with time_limit(LIST_MS):
        trails = list(rows.order_by("-created_at")[: READ + 1])
    return Visited(location, timezone.now(), trails[:READ], len(trails) > READ, source)


def known(location: str) -> bool:
    """Whether any trail was ever laid there, gone ones included."""
    return Trail.objects.filter(location=location).exists()


def words_of(location: str) -> list[str]:
    """What a rule may call a place: its name, and the name without its ending."""
    name = split_path(location.rstrip("/"))[1]
    stem = name.partition(".")[0]
    return [word for word in dict.fromkeys((name, stem)) if len(word) >= LEAST_STEM]


def mentions(location: str) -> list[Heuristic] | None:
    """Rules that speak of the place, those that name it whole first, then by confidence.

    None where looking took too long.
    """
    words = words_of(location)
    if not words:
        return []
    spoken = Q()
    for word in words:
        spoken |= Q(rule__icontains=word) | Q(explanation__icontains=word)
    rules = Heuristic.objects.filter(spoken, gone_at__isnull=True)
    try:
        with time_limit(MENTIONS_MS):
            found = list(rules.order_by("-confidence", "pk")[: MENTIONS * 4])
    except Refused:
        return None
    whole = words[0].lower()
    text = {rule.pk: f"{rule.rule} {rule.explanation or ''}".lower() for rule in found}
    return sorted(found, key=lambda rule: whole not in text[rule.pk])[:MENTIONS]
