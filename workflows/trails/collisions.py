"""Two agents at one location: found when a trail is laid, and by a job for trails that came
otherwise; told once a pair, place and window.

What a collision is stands in ``meeting``. Agents of two sources never collide: their locations
may be those of two projects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from elfsite.charts.clock import span
from elfsite.timeline.log import Write, write
from workflows.trails.hours import hours_at
from workflows.trails.meeting import LOOKING, NEVER, met, touches
from workflows.trails.models import Collision, Place, Trail
from workflows.trails.places import counted

AT_ONCE = 50  # places that the job looks at in one round; the rest stand on the map
READ = 1000  # trails of the window


@dataclass(frozen=True, slots=True)
class Met:
    """Who else is at a location: the other agent, its latest trail there and its age.

    ``since`` is when it was there, ``seconds`` how long before the trail that was laid now.
    """

    location: str
    agent: str
    other: str
    scent: str
    message: str
    since: dt.datetime
    seconds: float

    @property
    def words(self) -> str:
        """A sentence for the agent that came second."""
        said = f": {self.message}" if self.message else ""
        return f"{self.other} laid {self.scent} here {span(self.seconds)} ago{said}"

    def as_dict(self) -> dict[str, Any]:
        """The same for an answer of the API."""
        return {
            "agent_id": self.other,
            "scent": self.scent,
            "message": self.message,
            "since": self.since.isoformat(timespec="seconds"),
            "seconds": round(self.seconds),
            "warning": self.words,
        }


def window() -> dt.timedelta:
    """Within which two agents collide; half a second more, because stored times are rounded."""
    return dt.timedelta(minutes=settings.COLLISION_MINUTES, milliseconds=500)


def others_at(
    locations: Iterable[str], agent: str, scent: str, now: dt.datetime, origin: int | None = None
) -> dict[str, Met]:
    """The latest other agent at each of *locations* that an agent laying *scent* collides with."""
    rows = _near_in_time(origin, now, location__in=list(locations)).exclude(agent_id=agent)
    if not touches(scent):
        rows = rows.exclude(scent__in=LOOKING)
    found: dict[str, Met] = {}
    for trail in rows.order_by("-created_at", "-pk")[:READ]:
        if trail.location not in found and isinstance(trail.created_at, dt.datetime):
            gap = (now - trail.created_at).total_seconds()
            here = Trail(location=trail.location, agent_id=agent)
            found[trail.location] = _meeting(here, trail, gap)
    return found


def _near_in_time(origin: int | None, now: dt.datetime, **where: Any) -> QuerySet[Trail]:
    """Trails of the window that name their agent."""
    since = now - window()
    return counted().filter(origin_id=origin, created_at__gte=since, agent_id__gt="", **where)


def tell(
    w: Write, met: Met, scent: str, at: dt.datetime, *, origin: int | None = None, run: int | None
) -> bool:
    """Keep that two agents met at *at*; whether that was news and became an event.

    One pair at one location is told once a window, however often the two touch it: the row is
    changed only as long as it says that it was told before (compare and set).
    """
    one, two = sorted((met.agent, met.other))
    pair = Collision.objects.filter(origin_id=origin, location=met.location, one=one, two=two)
    latest = {
        "later": met.agent,
        "scents": f"{scent} after {met.scent}",
        "met_at": at,
        "gap": met.seconds,
    }
    due = pair.filter(told_at__lt=at - window())
    if due.update(told_at=at, times=F("times") + 1, **latest) == 0:
        if pair.filter(met_at__lt=at).update(**latest) or pair.exists():
            return False
        row = Collision(
            origin_id=origin, location=met.location, one=one, two=two, told_at=at, **latest
        )
        # of two writers that find none only one is first
        Collision.objects.bulk_create([row], ignore_conflicts=True)
    row = pair.get()
    if row.told_at != at:
        return False
    said = f"{met.agent} and {met.other} at {met.location}, {scent} after {met.scent}"
    more: dict[str, Any] = {"run": run} if run else {}
    w.event(
        "trails",
        "collided",
        row,
        f"{said} {span(met.seconds)} later",
        location=met.location,
        agents=[met.agent, met.other],
        **more,
    )
    return True


def look_for_collisions(*, now: dt.datetime | None = None) -> int:
    """Tell the collisions of the last window that nobody has told: trails that an import, a
    followed source or another program brought. How many became events."""
    moment = now or timezone.now()
    fresh = Place.objects.filter(crossed_at__gt=moment - window()).order_by("-crossed_at")
    places = list(fresh.values_list("origin_id", "location")[:AT_ONCE])
    told = 0
    for origin, location in places:
        rows = _near_in_time(origin, moment, location=location)
        trails = list(rows.order_by("-created_at", "-pk")[:READ])[::-1]
        found = meetings(trails)
        if not found:
            continue
        with write() as w:
            for met, trail in found:
                at = trail.created_at
                told += tell(w, met, trail.scent, at, origin=origin, run=trail.run_id)
    return told


def meetings(trails: Sequence[Trail]) -> list[tuple[Met, Trail]]:
    """Who met whom, one a pair, its latest meeting; *trails* are of one place, oldest first."""
    pairs = {frozenset((met.agent, met.other)): (met, trail) for met, trail in walk(trails)}
    return list(pairs.values())


def walk(trails: Iterable[Trail]) -> Iterator[tuple[Met, Trail]]:
    """Each trail that meets another agent's, in the order of *trails* (oldest first), with whom."""
    seen: dict[str, list[float]] = {}
    latest: dict[tuple[str, bool], Trail] = {}
    for trail in trails:
        agent, touching = trail.agent_id, touches(trail.scent)
        if not agent or not isinstance(trail.created_at, dt.datetime):
            continue
        at = hours_at(trail.created_at)
        meeting = met(seen, agent, at, touching)
        # who touches meets whatever the other laid last, who looks what it touched
        earlier = latest.get((meeting[0], not touching)) if meeting else None
        if earlier is not None:
            gap = trail.created_at - earlier.created_at
            if gap <= window():
                yield _meeting(trail, earlier, gap.total_seconds()), trail
        row = seen.setdefault(agent, [0, at, NEVER])
        row[1:] = [max(row[1], at), max(row[2], at if touching else NEVER)]
        latest[agent, False] = trail
        if touching:
            latest[agent, True] = trail


def _meeting(trail: Trail, earlier: Trail, seconds: float) -> Met:
    return Met(
        trail.location,
        trail.agent_id or "",
        earlier.agent_id or "",
        earlier.scent,
        earlier.message or "",
        earlier.created_at,
        max(0.0, seconds),
    )
