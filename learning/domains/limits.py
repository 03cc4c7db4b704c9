"""How many rules a domain holds, which it takes in, and how fast it gives them up.

Arithmetic only, no database.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

PER_WEEK = 2  # rules that a domain above its soft limit gives up in a week after the grace
HEALTH_GATE = 0.50
NEAR_SHARE = 0.80  # of the soft limit
UNKNOWN_HEALTH = 1.0
WEIGHTS = (0.35, 0.25, 0.20, 0.20)  # confidence, room, few given up, recent use
CROWDED = 1.5  # times the soft limit: no room is left
RECENT = ((7, 1.0), (30, 0.8), (90, 0.5))  # days since the last activity
LONG_AGO = 0.2


class Limits(Protocol):
    """What a row of ``domain_metadata`` says of capacity and gate."""

    soft_limit: int
    hard_limit: int
    ceo_override_limit: int | None
    expansion_min_confidence: float
    expansion_min_validations: int
    expansion_min_novelty: float
    grace_period_days: int
    max_overflow_days: int


class Room(NamedTuple):
    """Whether one more rule fits, and the sentence that says why."""

    fits: bool
    reason: str


class Candidate(NamedTuple):
    """A rule that wants to come in; *novelty* 0 to 1 against the active rules of the domain."""

    confidence: float
    validations: int
    novelty: float


class Eligibility(NamedTuple):
    """Whether a domain may grow by a rule, and by which way."""

    eligible: bool
    below_soft_limit: bool
    quality_gate_passed: bool
    reason: str


class Duty(NamedTuple):
    """How many rules a domain gives up now. ``refused`` says why none, in the documented words.

    ``code`` is normal, grace, early or "" ; ``pressure`` 0 to 1 over the time that is left.
    """

    target: int
    code: str = ""
    refused: str = ""
    pressure: float = 0.0


def state_for(count: int, soft: int, hard: int) -> str:
    """critical above the hard limit, overflow above the soft one, else normal; both strict."""
    if count > hard:
        return "critical"
    return "overflow" if count > soft else "normal"


def ceiling(limits: Limits) -> int:
    """The most active rules: the override where there is one, else the hard limit."""
    override = limits.ceo_override_limit
    return limits.hard_limit if override is None else override


def can_add(count: int, limits: Limits) -> Room:
    """Whether one more active rule is let in at all."""
    most = ceiling(limits)
    if count >= most:
        return Room(False, f"Hard limit reached ({count} active heuristics)")
    return Room(True, f"{count} of at most {most} active heuristics")


def eligibility(
    count: int, limits: Limits, candidate: Candidate, health: float | None
) -> Eligibility:
    """Whether a domain may grow beyond its soft limit by *candidate*.

    A health that was never computed counts as 1.0; one of 0.0 is 0.0 and refuses.
    """
    if count < limits.soft_limit:
        words = f"Below soft limit ({count}/{limits.soft_limit})"
        return Eligibility(True, True, False, words)
    known = UNKNOWN_HEALTH if health is None else health
    lacks = []
    if candidate.confidence < limits.expansion_min_confidence:
        lacks.append(
            f"confidence {candidate.confidence:.2f} < {limits.expansion_min_confidence:.2f}"
        )
    if candidate.validations < limits.expansion_min_validations:
        lacks.append(f"validations {candidate.validations} < {limits.expansion_min_validations}")
    if candidate.novelty < limits.expansion_min_novelty:
        lacks.append(f"novelty {candidate.novelty:.2f} < {limits.expansion_min_novelty:.2f}")
    if known < HEALTH_GATE:
        lacks.append(f"health {known:.2f} < {HEALTH_GATE:.2f}")
    if lacks:
        return Eligibility(False, False, False, f"Quality gate failed: {', '.join(lacks)}")
    return Eligibility(True, False, True, "Quality gate passed: all criteria met")


def days_over(since: datetime | None, now: datetime) -> int:
    """Whole days since a domain left its soft limit; 0 where that is not known."""
    return max(0, (now - since).days) if isinstance(since, datetime) else 0


def duty(count: int, days: int, limits: Limits, given: int = 0) -> Duty:
    """How many rules go now: none in the grace, then two a week, all of them when time is up.

    Two per week since the grace ended, less those *given* up in this overflow already, never
    below the soft limit. Eight rules of five: one on day 11, two by day 14, three by day 18.
    """
    over = count - limits.soft_limit
    grace = limits.grace_period_days
    if over <= 0:
        return Duty(0, "normal", "Domain is in 'normal' state, not overflow")
    if days >= limits.max_overflow_days:
        return Duty(over, pressure=1.0)
    if days < grace:
        return Duty(0, "grace", f"In grace period ({days}/{grace} days)")
    pressure = (days - grace) / max(1, limits.max_overflow_days - grace)
    due = min(max(0, (days - grace) * PER_WEEK // 7 - given), over)
    if due == 0:
        return Duty(0, "early", "Not enough time elapsed for contraction", pressure)
    return Duty(due, pressure=pressure)


def status_of(count: int, limits: Limits, given: Duty) -> str:
    """The state of a domain in a word for people, the most pressing first."""
    if count > limits.hard_limit:
        return "critical"
    if given.pressure >= 1:
        return "time is up"
    if given.target:
        return "contraction is due"
    if count > limits.soft_limit:
        return "in grace" if given.code == "grace" else "contraction begins soon"
    return "near its limit" if count >= NEAR_SHARE * limits.soft_limit else "has room"


class Census(NamedTuple):
    """What the health of a domain is made from; *idle_days* since the last activity."""

    average: float
    active: int
    deprecated: int
    total: int
    idle_days: float | None


class Health(NamedTuple):
    """Health, 0 to 1, and its four parts, each 0 to 1 before it is weighed."""

    score: float
    confidence: float
    room: float
    kept: float
    recent: float

    def parts(self) -> list[tuple[str, float, float]]:
        """(name, part, weight) in the order of the formula."""
        names = ("mean confidence", "room", "not deprecated", "recent use")
        return list(zip(names, self[1:], WEIGHTS, strict=True))


def recency(days: float | None) -> float:
    """1.0 within a week, 0.8 within 30 days, 0.5 within 90, else 0.2."""
    if days is None:
        return LONG_AGO
    return next((share for most, share in RECENT if days <= most), LONG_AGO)


def health(census: Census, soft: int) -> Health | None:
    """How a domain fares; None for one without rules, for which the gate assumes the best."""
    if census.total <= 0:
        return None
    parts = (
        census.average,
        1 - min(census.active / soft, CROWDED) / CROWDED,
        1 - census.deprecated / census.total,
        recency(census.idle_days),
    )
    score = sum(weight * part for weight, part in zip(WEIGHTS, parts, strict=True))
    return Health(score, *parts)
