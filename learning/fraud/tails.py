"""Tail probabilities: how likely an honest history would look at least like this one.

Nothing here assumes a shape for times or skills beyond counts: a rule's share of successes, of
nightly updates or of applications is a beta-binomial count, because rules differ among themselves.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

MOST_TRIALS = 400  # a longer count is scaled down: its tail is only conservative, and bounded work
ODD = 0.35  # a pattern that one honest rule in three shows is no sign of anything
ORDINARY = 0.6  # outcomes that most honest rules have are no gain
LEAST = 1e-12  # probabilities are floored here, so that logarithms and reports stay readable
DECADES = 4.1  # a tail of 10^-4.1 is a full score; suspicious alone (0.536) is one in 157


class Share(NamedTuple):
    """How a share varies among honest rules: Beta(a, b), and how many rules taught us that."""

    a: float
    b: float
    rules: int

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def at_least(self, hits: int, trials: int) -> float:
        """P(this many hits or more)."""
        return _upper(hits, trials, self.a, self.b)

    def at_most(self, hits: int, trials: int) -> float:
        """P(this many hits or fewer)."""
        return _upper(trials - hits, trials, self.b, self.a)


def share_of(mean: float, weight: float, rules: int = 0) -> Share:
    """A Beta of that mean which weighs as much as *weight* observations."""
    mean = min(0.98, max(0.02, mean))
    return Share(mean * weight, (1 - mean) * weight, rules)


def _upper(hits: int, trials: int, a: float, b: float) -> float:
    if hits <= 0 or trials <= 0:
        return 1.0
    if trials > MOST_TRIALS:
        hits, trials = round(hits * MOST_TRIALS / trials), MOST_TRIALS
    term = math.exp(_log_choose(trials, hits) + _log_beta(hits + a, trials - hits + b, a, b))
    total = term
    for x in range(hits, trials):
        term *= (trials - x) * (x + a) / ((x + 1) * (trials - x - 1 + b))
        total += term
    return min(1.0, max(LEAST, total))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(x: float, y: float, a: float, b: float) -> float:
    """log of B(x, y) / B(a, b)."""
    over = math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)
    return over - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b)


def contrast(held: int, chosen: int, held_all: int, total: int) -> float:
    """P(at least *held* of *chosen* outcomes held, if the *held_all* of *total* were dealt anew).

    Fisher's exact test: whatever a rule is worth, it is worth the same at every hour.
    """
    most = min(chosen, held_all)
    ways = _log_choose(total, chosen)
    tail = 0.0
    for x in range(held, most + 1):
        if chosen - x <= total - held_all:
            log = _log_choose(held_all, x) + _log_choose(total - held_all, chosen - x) - ways
            tail += math.exp(log)
    return min(1.0, max(LEAST, tail))


def normal_above(z: float) -> float:
    """P(a standard normal variable exceeds z)."""
    return max(LEAST, 0.5 * math.erfc(z / math.sqrt(2)))


def together(*tails: float) -> float:
    """Fisher's combination of independent tail probabilities (chi-square with 2k degrees)."""
    half = -sum(math.log(max(LEAST, p)) for p in tails)
    term = total = 1.0
    for i in range(1, len(tails)):
        term *= half / i
        total += term
    return min(1.0, max(LEAST, math.exp(-half) * total))


def both(pattern: float, gain: float, *, ordinary: float = ORDINARY) -> float:
    """One tail for two things that gaming needs at once: an odd pattern and a gain from it.

    The square of the larger one is exact for the conjunction; Fisher's is stronger where one of
    them is extreme, but then the pattern has to be out of the ordinary as well and the gain no
    worse than most honest rules'. Two looks cost the factor 1.7 (simulated).
    """
    worse = max(pattern, gain, LEAST)
    odd = pattern <= ODD and gain <= ordinary
    tail = min(worse**2, together(pattern, gain)) if odd else worse**2
    return min(1.0, 1.7 * tail)


def best_of(tails: Iterable[float]) -> float:
    """The least of several tails, paid for by their number (Bonferroni); 1 for none."""
    present = list(tails)
    return min(1.0, min(present) * len(present)) if present else 1.0


def score_of(tail: float) -> float:
    """From a tail probability to a score: 0.1 → 0.2, 0.0032 → 0.5, 0.00001 → 1."""
    return min(1.0, max(0.0, -math.log10(max(LEAST, tail)) / DECADES))


def rank_tail(value: float, sample: Sequence[float], *, high: bool = True) -> float:
    """Share of a sorted *sample* of honest rules at or beyond *value*, one added; 1 without one."""
    if not sample:
        return 1.0
    beyond = len(sample) - bisect_left(sample, value) if high else bisect_right(sample, value)
    return (beyond + 1) / (len(sample) + 1)


def trimmed_mean(values: Sequence[float], cut: float = 0.1) -> float:
    """Mean without the highest *cut* of the values: those may be what we look for."""
    kept = sorted(values)[: max(1, math.ceil(len(values) * (1 - cut)))]
    return sum(kept) / len(kept)


def centre(values: Sequence[float]) -> float:
    """Median; 0 for none."""
    return median(values) if values else 0.0


def densest(values: Sequence[float], part: float) -> float:
    """Middle of the shortest stretch that holds *part* of the sorted *values*."""
    size = max(2, math.ceil(len(values) * part))
    start = min(range(len(values) - size + 1), key=lambda i: values[i + size - 1] - values[i])
    return median(values[start : start + size])


def lower_spread(values: Sequence[float], middle: float) -> float:
    """A standard deviation told by the lower half alone, which gaming upward cannot widen."""
    below = [middle - value for value in values if value <= middle]
    return 1.4826 * median(below) if below else 0.0
