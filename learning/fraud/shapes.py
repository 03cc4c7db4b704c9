"""Shapes of a ledger that several detectors measure: its clock, its steps, its graders."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from learning.fraud.history import DAY, HELD, HOUR, MINUTE, Update

COOLDOWN = (60.0, 65.0)  # minutes: an update as soon as the cooldown of 60 has run out
NIGHT = frozenset({23, 0, 1})  # hours around the reset of the daily limit, UTC
NIGHT_EXPECTED = 3 / 24
REGULAR_BELOW = 0.5  # coefficient of variation at which regularity counts nothing
CEILING = 0.95
WARM_UP = 5  # updates whose smoothing factor is 0.30
SLACK = 1e-3  # minutes: databases keep times to the millisecond at best
TOLERANCE = 1.02  # stored numbers are rounded by some writers


class Clock(NamedTuple):
    """When updates come: intervals at the cooldown's end, updates around midnight, regularity."""

    intervals: int
    slot: int
    night: int
    updates: int
    variation: float  # coefficient of variation of the intervals

    @property
    def slot_share(self) -> float:
        return self.slot / self.intervals if self.intervals else 0.0

    @property
    def night_share(self) -> float:
        return self.night / self.updates if self.updates else 0.0


def clock(updates: Sequence[Update]) -> Clock:
    """The clock of updates in order of time; intervals in minutes."""
    gaps = [(b.at - a.at) / MINUTE for a, b in pairwise(updates)]
    low, high = COOLDOWN
    return Clock(
        intervals=len(gaps),
        slot=sum(1 for gap in gaps if low - SLACK <= gap <= high + SLACK),
        night=sum(1 for update in updates if hour_of(update.at) in NIGHT),
        updates=len(updates),
        variation=variation(gaps),
    )


def chosen(updates: Sequence[Update]) -> list[Update]:
    """The updates whose time looks chosen: as the cooldown ends, or around midnight."""
    low, high = COOLDOWN
    found = [u for u in updates[:1] if hour_of(u.at) in NIGHT]
    for before, update in pairwise(updates):
        gap = (update.at - before.at) / MINUTE
        if low - SLACK <= gap <= high + SLACK or hour_of(update.at) in NIGHT:
            found.append(update)
    return found


def hour_of(at: float) -> int:
    return int(at % DAY // HOUR)


def variation(values: Sequence[float]) -> float:
    """Sample standard deviation over mean; 0 for fewer than two values or a mean of 0."""
    if len(values) < 2:
        return 0.0
    mean = sum(values) / len(values)
    if mean == 0:
        return 0.0
    return math.sqrt(sum((x - mean) ** 2 for x in values) / (len(values) - 1)) / mean


def steepest(confidence: float, place: int) -> float:
    """The largest step upward that the confidence engine can make from there.

    *place* is the row's place in the history: the first five may be warm-up (alpha .30). The raw
    target is a tenth of the way to 1, the alphas are those of the engine.
    """
    raw = max(0.0, min(confidence + 0.1 * (1 - confidence), CEILING) - confidence)
    if place < WARM_UP:
        return 0.30 * raw
    if confidence > 0.80:
        return 0.10 * raw
    return (0.25 if confidence < 0.30 else 0.20) * raw


def beyond_engine(updates: Sequence[Update]) -> tuple[int, int]:
    """How many steps upward are larger than the engine can make, and how many steps rise."""
    beyond = ups = 0
    for place, update in enumerate(updates):
        if update.kind in HELD and update.new > update.old + 1e-9:
            ups += 1
            beyond += update.new - update.old > steepest(update.old, place) * TOLERANCE + 1e-6
    return beyond, ups


def outcomes_per_day(updates: Sequence[Update]) -> float:
    """Updates per day between the first and the last, a day at least."""
    if not updates:
        return 0.0
    return len(updates) / max(1.0, (updates[-1].at - updates[0].at) / DAY)


def graders(updates: Sequence[Update]) -> Counter[str]:
    """How many updates each known agent made."""
    return Counter([update.agent for update in updates if update.agent])


def exclusive_share(counts: Mapping[str, int], totals: Mapping[str, int]) -> float | None:
    """How much of its graders' work this rule is, weighted by what each did here (*counts*).

    1 means that they grade nothing else. None where no agent is named.
    """
    named = sum(counts.values())
    if not named:
        return None
    return sum(n * n / max(n, totals.get(agent, n)) for agent, n in counts.items()) / named


def months_of(updates: Sequence[Update]) -> float:
    """Months of 30 days between the first and the last update."""
    return (updates[-1].at - updates[0].at) / DAY / 30 if updates else 0.0


def same_as_before(updates: Sequence[Update]) -> tuple[int, int]:
    """Of neighbouring updates with named agents: how many have one agent, and all."""
    pairs = [(a.agent, b.agent) for a, b in pairwise(updates) if a.agent and b.agent]
    return sum(1 for a, b in pairs if a == b), len(pairs)


def handover(updates: Sequence[Update]) -> float | None:
    """Median minutes from one agent's update to another's within half a day; None below three."""
    gaps = sorted(
        (b.at - a.at) / MINUTE
        for a, b in pairwise(updates)
        if a.agent and b.agent and a.agent != b.agent and b.at - a.at < DAY / 2
    )
    return gaps[len(gaps) // 2] if len(gaps) >= 3 else None
