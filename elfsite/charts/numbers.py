"""Numbers behind the drawings: short decimals, the Beta distribution, the house ruler."""

from __future__ import annotations

import math
from functools import lru_cache

# A rule with more evidence than this is drawn as if it had this much: its leaf is then 0.006 wide,
# less than one pixel, and the continued fraction stays short.
MOST_EVIDENCE = 20_000.0
LEAST_SHAPE = 0.05  # below it a Beta is two spikes that no leaf can show
FRACTION_STEPS = 300
SMALLEST = 1e-300
CLOSE = 1e-7  # of a quantile or of the probability below it
MOST_STEPS = 100  # five are usual


def short(value: float, places: int = 2) -> str:
    """*value* with at most *places* decimals and no trailing zeros; never ``-0``."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def ruler(share: float) -> float:
    """The house scale of confidence, 0..1 to 0..1: squared, as on a hydrometer.

    The upper half, where rules live, gets three quarters of the room (look §4).
    """
    return share * share


def share_of(value: object) -> float | None:
    """*value* as a share between 0 and 1, clamped; None for what is no finite number."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(1.0, max(0.0, float(value)))


def shape(a: float, b: float) -> tuple[float, float]:
    """The two parameters as they are drawn: rounded (so that caches hit), finite, bounded."""
    a = a if math.isfinite(a) else LEAST_SHAPE
    b = b if math.isfinite(b) else LEAST_SHAPE
    a, b = max(LEAST_SHAPE, a), max(LEAST_SHAPE, b)
    scale = min(1.0, MOST_EVIDENCE / (a + b))
    return round(max(LEAST_SHAPE, a * scale), 2), round(max(LEAST_SHAPE, b * scale), 2)


@lru_cache(maxsize=4096)
def _log_norm(a: float, b: float) -> float:
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)


def beta_pdf(x: float, a: float, b: float) -> float:
    """Density of Beta(a, b) at *x*; 0 outside the open interval."""
    if not 0 < x < 1:
        return 0.0
    return math.exp(_log_norm(a, b) + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x))


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta integral, by Lentz's method.

    Abramowitz and Stegun 26.5.8; converges fast for x < (a + 1) / (a + b + 2).
    """
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > SMALLEST else SMALLEST)
    value = d
    for m in range(1, FRACTION_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / (1.0 + term * d or SMALLEST)
            c = 1.0 + term / c or SMALLEST
            value *= c * d
        if abs(c * d - 1.0) < 1e-10:
            break
    return value


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta integral: the probability below *x*."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(_log_norm(a, b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _quantile(q: float, a: float, b: float) -> float:
    """Newton's steps inside a bracket that halves whenever a step would leave it."""
    low, high, x = 0.0, 1.0, a / (a + b)
    for _ in range(MOST_STEPS):
        miss = beta_cdf(x, a, b) - q
        if abs(miss) < CLOSE or high - low < CLOSE:
            break
        low, high = (low, x) if miss > 0 else (x, high)
        slope = beta_pdf(x, a, b)
        step = x - miss / slope if slope > SMALLEST else low
        # where the density is a spike, Newton's steps shrink long before they arrive
        lame = abs(step - x) < CLOSE
        x = step if low < step < high and not lame else (low + high) / 2
    return x


@lru_cache(maxsize=4096)
def beta_quantiles(a: float, b: float, points: tuple[float, ...]) -> tuple[float, ...]:
    """Where the probability below reaches each of *points*, to seven places.

    *a* and *b* must be positive; ``shape()`` makes any pair so.
    """
    return tuple(_quantile(q, a, b) for q in points)


@lru_cache(maxsize=4096)
def beta_peak(a: float, b: float) -> float:
    """The greatest density; where it lies on the border, the one just inside of it."""
    mode = (a - 1) / (a + b - 2) if a > 1 and b > 1 else (0.0 if a < b else 1.0)
    return beta_pdf(min(1 - 1 / 800, max(1 / 800, mode)), a, b)
