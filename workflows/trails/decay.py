"""How a scent fades: ten per cent a period, computed from its age whenever it is read.

Pure arithmetic. A period is one hour unless ``ELF_TRAIL_PERIOD_HOURS`` says otherwise. Sums are
kept as *heat*: the natural logarithm of the sum of ``strength × 0.9^(−periods since EPOCH)``.
Heat does not change while time passes, so places keep their order without being touched; what is
left at a time is ``exp(heat − fade × periods since EPOCH)``. Logarithms, because the bare sum
would leave the range of a float after 280 days.
"""

from __future__ import annotations

import datetime as dt
import math

RATE = 0.10  # share lost per period
FADE = -math.log1p(-RATE)  # the same as a rate of the exponential, per period
FLOOR = 0.01  # a scent below it is gone
EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
COLD = -1e9  # the heat of nothing; a finite number, so that every database stores and sorts it
# after so many periods a trail of full strength has less than FLOOR left (43.7 rounded up)
HORIZON = math.ceil(math.log(FLOOR) / -FADE)
# a subtraction that leaves less than this share of what was there is rounding noise
NOISE = 1e-9


def decayed(strength: float, periods: float, rate: float = RATE) -> float:
    """What is left of *strength* after so many periods; 0 below ``FLOOR``."""
    left = strength * (1 - rate) ** periods
    return left if left >= FLOOR else 0.0


def remaining(strength: float, age_hours: float, period_hours: float = 1) -> float:
    """What is left of *strength* that was laid *age_hours* ago; not cut off at ``FLOOR``."""
    return strength * math.exp(-FADE * age_hours / period_hours)


def clamped(strength: float) -> float:
    """A trail's strength as it counts: between 0 and 1, whatever a raw row says."""
    return min(1.0, max(0.0, strength))


def periods_at(moment: dt.datetime, period_hours: float = 1) -> float:
    """Periods from ``EPOCH`` to *moment*."""
    return (moment - EPOCH).total_seconds() / 3600 / period_hours


def heat(strength: float, laid_at: float) -> float:
    """The heat of one trail that was laid *laid_at* periods after ``EPOCH``."""
    counts = clamped(strength)
    return math.log(counts) + FADE * laid_at if counts > 0 else COLD


def combine(one: float, other: float) -> float:
    """The heat of both together."""
    high, low = max(one, other), min(one, other)
    return high + math.log1p(math.exp(low - high)) if high > COLD else COLD


def subtract(whole: float, part: float) -> float:
    """The heat of *whole* without *part*; ``COLD`` where only rounding noise would be left."""
    if part <= COLD:
        return whole
    share = -math.expm1(part - whole) if part < whole else 0.0
    return whole + math.log(share) if share > NOISE else COLD


def left_at(heat_: float, periods: float) -> float:
    """The strength that a heat stands for at so many periods after ``EPOCH``."""
    return math.exp(min(700.0, heat_ - FADE * periods)) if heat_ > COLD else 0.0


def heat_of_floor(periods: float) -> float:
    """The heat below which a place is hidden at that time."""
    return math.log(FLOOR) + FADE * periods
