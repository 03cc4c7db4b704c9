"""How long a rule has not been used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from elfsite.origins.models import Source
from learning.heuristics.lifecycle import decay_steps
from learning.heuristics.models import Heuristic


def idle_start(rule: Heuristic, source: Source | None) -> datetime | None:
    """When the idle clock of *rule* started: the later of its last use and its import.

    A rule that nobody used is idle since it was made. None where no readable time says so.
    """
    used = _time(rule.last_used_at) or _time(rule.created_at)
    known = (used, rule.idle_since, source.created_at if source else None)
    return max((at for at in known if at is not None), default=None)


def steps_due(rule: Heuristic, start: datetime, now: datetime) -> int:
    """Steps of decay that *rule* owes at *now*: those of this idle period that were not taken."""
    taken = rule.decay_steps if rule.idle_since == start else 0
    return max(0, decay_steps(start, now) - taken)


def owes(rule: Heuristic, source: Source | None, now: datetime) -> bool:
    """Whether looking at *rule* now would change it: it fades, or its clock has to be started."""
    if lives_elsewhere(rule, source):
        return False
    start = idle_start(rule, source)
    return start is None or steps_due(rule, start, now) > 0


def rested_since(rule: Heuristic, source: Source | None) -> datetime | None:
    """Since when a dormant rule rests here: the later of its rest and its import."""
    known = (
        _time(rule.dormant_since) or idle_start(rule, source),
        rule.idle_since if source else None,
        source.created_at if source else None,
    )
    return max((at for at in known if at is not None), default=None)


def lives_elsewhere(rule: Heuristic, source: Source | None) -> bool:
    """Whether a followed source keeps *rule* alive or lets it fade; what we govern lives here."""
    return source is not None and source.followed and rule.governed_at is None


def days_since(value: Any, now: datetime) -> float | None:
    """Days from a time of a seed's column to *now*; None where none can be read."""
    at = _time(value)
    return None if at is None else (now - at).total_seconds() / 86_400


def _time(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None
