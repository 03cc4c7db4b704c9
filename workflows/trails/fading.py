"""What is left at a place at any time: the past as it was, the future if nobody comes back.

Pure arithmetic over single trails. Times are hours since ``decay.EPOCH``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from workflows.trails import decay


class Dose(NamedTuple):
    """One trail: when it was laid, how strong, and when it expires (None: never)."""

    at: float
    strength: float
    over: float | None = None

    def left(self, at: float, period_hours: float) -> float:
        """What is left of it at that time; 0 before it was laid and from its expiry on."""
        if at < self.at or (self.over is not None and at >= self.over):
            return 0.0
        return decay.remaining(decay.clamped(self.strength), at - self.at, period_hours)


def left(doses: Sequence[Dose], at: float, period_hours: float = 1) -> float:
    """The strength of a place at that time."""
    return sum(dose.left(at, period_hours) for dose in doses)


def falls_below(
    doses: Sequence[Dose], level: float, now: float, period_hours: float = 1
) -> float | None:
    """When the strength falls below *level*; None where it is below it at *now* already."""
    laid = [dose for dose in doses if dose.at <= now]
    edges = sorted({dose.over for dose in laid if dose.over is not None and dose.over > now})
    at = now
    for edge in (*edges, math.inf):
        strength = left(laid, at, period_hours)
        if strength < level:
            return at if at > now else None
        # between two expiries the whole fades as one trail does
        crossing = at + period_hours * math.log(strength / level) / decay.FADE
        if crossing <= edge:
            return crossing
        at = edge
    return None


def course(
    doses: Sequence[Dose], start: float, end: float, points: int, period_hours: float = 1
) -> list[tuple[float, float]]:
    """(time, strength) from *start* to *end*: even steps, and both sides of each jump."""
    step = (end - start) / points
    times = {start + i * step for i in range(points + 1)}
    for dose in doses:
        for jump in (dose.at, dose.over):
            if jump is not None and start < jump <= end:
                times |= {jump - 1e-6, jump}
    return [(at, left(doses, at, period_hours)) for at in sorted(times)]
