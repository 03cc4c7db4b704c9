"""What was left near a path: at it, in its folder, further up, and where its name is mentioned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.listings.limits import LIST_MS, time_limit
from workflows.trails import decay
from workflows.trails.hours import hours_at
from workflows.trails.locations import above, folder_of, normal
from workflows.trails.models import Trail
from workflows.trails.places import counted
from workflows.trails.queries import among

MOST = 100  # trails in one answer
READ_HERE, READ_AROUND = 200, 1000  # trails that are weighed: at the path, around it; the newest
# a trail fades within 44 periods; where a period is long, those of the last month are enough
OLDEST = dt.timedelta(days=30)
STEPS_UP = 3  # folders above that still are near
HERE, INSIDE, BESIDE, NAMED = 1.0, 0.8, 0.5, 0.4  # what a trail counts for; each step up halves
LEAST_NAME = 4  # characters of a name that can be looked for in messages


@dataclass(frozen=True, slots=True)
class Near:
    """A trail near a path: what is left of it, how near it is (0–1), and why in words."""

    trail: Trail
    left: float
    weight: float
    why: str

    @property
    def score(self) -> float:
        return self.left * self.weight

    def as_dict(self) -> dict[str, Any]:
        """The same for an answer of the API."""
        trail = self.trail
        return {
            "id": trail.pk,
            "location": trail.location,
            "scent": trail.scent,
            "message": trail.message or "",
            "agent_id": trail.agent_id,
            "run_id": trail.run_id,
            "created_at": trail.created_at,
            "left": round(self.left, 4),
            "score": round(self.score, 4),
            "why": self.why,
        }


def trails_near(
    path: str,
    *,
    limit: int = 20,
    scents: Sequence[str] = (),
    source: int | str | None = None,
    now: dt.datetime | None = None,
) -> list[Near]:
    """At most *limit* living trails near *path*, the strongest of (what is left × nearness) first.

    At the path 1, inside of it (a folder) .8, in its folder .5, each folder further up half of
    that (three steps, the root is no folder), where its name stands in the location or the
    message .4. *scents* () are all. Raises Refused 400 for a bad path, ``too_slow``.
    """
    try:
        at = normal(path)
    except ValueError as error:
        raise Refused("bad_parameter", str(error).replace("location", "path", 1)) from None
    moment = now or timezone.now()
    living = _living(moment, scents).filter(among(source))
    weigh = _Weighing(at)
    with time_limit(LIST_MS):
        here = list(living.filter(location=at).order_by("-created_at")[:READ_HERE])
        rows = living.filter(weigh.around).exclude(location=at)
        around = list(rows.order_by("-created_at")[:READ_AROUND])
    found = [near for trail in (*here, *around) if (near := weigh.near(trail, moment))]
    found.sort(key=lambda near: (-near.score, -near.trail.pk))
    return found[: max(1, min(limit, MOST))]


def _living(now: dt.datetime, scents: Sequence[str]) -> QuerySet[Trail]:
    faded = dt.timedelta(hours=decay.HORIZON * settings.TRAIL_PERIOD_HOURS)
    rows = counted().filter(created_at__gte=now - min(faded, OLDEST))
    rows = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    return rows.filter(scent__in=list(scents)) if scents else rows


class _Weighing:
    """How near a location is to one path."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.folders = above(at)[:STEPS_UP]
        name = at.rstrip("/").rpartition("/")[2]
        self.names = [word for word in (name, name.partition(".")[0]) if len(word) >= LEAST_NAME]

    @property
    def around(self) -> Q:
        """Every trail that may be near, from the database."""
        inside = self.at.rstrip("/") + "/"
        found = Q(Exact(Left("location", len(inside)), inside))
        if self.folders:
            widest = self.folders[-1]
            # the folder itself too, however it is written; LIKE would take no account of case
            found |= Q(Exact(Left("location", len(widest)), widest))
            found |= Q(location__in=[folder.rstrip("/") for folder in self.folders])
        for name in self.names:
            found |= Q(location__icontains=name) | Q(message__icontains=name)
        return found

    def near(self, trail: Trail, now: dt.datetime) -> Near | None:
        """The trail with its nearness; None where nothing is left or it is not near."""
        if not isinstance(trail.created_at, dt.datetime):
            return None
        age = max(0.0, hours_at(now) - hours_at(trail.created_at))
        strength = decay.clamped(trail.strength)
        left = decay.remaining(strength, age, settings.TRAIL_PERIOD_HOURS)
        weight, why = self.weight(trail)
        return Near(trail, left, weight, why) if weight and left >= decay.FLOOR else None

    def weight(self, trail: Trail) -> tuple[float, str]:
        where = trail.location
        if where == self.at:
            return HERE, "here"
        if where.rstrip("/") == self.at.rstrip("/"):
            return HERE, "here"
        if where.startswith(self.at.rstrip("/") + "/"):
            return INSIDE, "inside of it"
        return max(self._by_folder(where), self._by_name(trail))

    def _by_folder(self, where: str) -> tuple[float, str]:
        its = where if where.endswith("/") else f"{where}/"
        for steps, folder in enumerate(self.folders):
            weight = BESIDE / 2**steps
            if its == folder or folder_of(where) == folder:
                return weight, f"in {folder}"
            if where.startswith(folder):
                return weight / 2, f"below {folder}"
        return 0.0, ""

    def _by_name(self, trail: Trail) -> tuple[float, str]:
        for word in self.names:
            for text in (trail.location, trail.message or ""):
                if word.lower() in text.lower():
                    return NAMED, f"names {word}"
        return 0.0, ""
