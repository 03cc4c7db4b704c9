"""How the rules of a domain usually fare, without the rule in question; drift between two looks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

MIN_APPLICATIONS = 10
MIN_PEERS = 3
SIGNIFICANT = 20.0  # per cent of change, strict
SEVERITIES = ((50.0, "critical"), (35.0, "high"), (20.0, "medium"))


class TooFewPeers(ValueError):
    """A baseline was asked of fewer than three peers."""


class Baseline(NamedTuple):
    """Mean and sample standard deviation of success rates and of update frequencies (per day)."""

    avg_success_rate: float
    std_success_rate: float
    sample_count: int
    avg_update_frequency: float = 0.0
    std_update_frequency: float = 0.0


class Peer(NamedTuple):
    """A rule of the population: its id, success rate and updates per day."""

    heuristic: int
    success_rate: float
    update_frequency: float = 0.0


class Drift(NamedTuple):
    """Change of the mean success rate in per cent, whether it matters, and how much."""

    percent: float
    significant: bool
    severity: str


def baseline(peers: Sequence[Peer], without: int | None = None) -> Baseline:
    """The baseline of *peers*, the rule *without* left out.

    The population is the caller's: active rules of the domain with ten applications or more,
    quarantined ones excluded. Raises TooFewPeers below three.
    """
    rest = [peer for peer in peers if peer.heuristic != without]
    if len(rest) < MIN_PEERS:
        raise TooFewPeers(f"Insufficient sample size (need 3+, have {len(rest)})")
    rates = moments(peer.success_rate for peer in rest)
    pace = moments(peer.update_frequency for peer in rest)
    return Baseline(rates.mean, rates.std, len(rest), pace.mean, pace.std)


class Moments:
    """Count, mean and spread that a value can be taken out of again, in constant time."""

    __slots__ = ("count", "mean", "squares")

    def __init__(self, count: int = 0, mean: float = 0.0, squares: float = 0.0) -> None:
        self.count, self.mean, self.squares = count, mean, squares

    def add(self, value: float) -> None:
        """One value more (Welford)."""
        self.count += 1
        step = value - self.mean
        self.mean += step / self.count
        self.squares += step * (value - self.mean)

    def without(self, value: float) -> Moments:
        """The moments as if *value* had never been added."""
        count = self.count - 1
        if count < 1:
            return Moments()
        mean = (self.mean * self.count - value) / count
        squares = self.squares - (value - mean) * (value - self.mean)
        return Moments(count, mean, max(0.0, squares))

    @property
    def std(self) -> float:
        """Sample standard deviation; what rounding leaves of equal values counts as none."""
        if self.count < 2:
            return 0.0
        spread = math.sqrt(self.squares / (self.count - 1))
        return spread if spread > 1e-9 else 0.0


def moments(values: Iterable[float]) -> Moments:
    counted = Moments()
    for value in values:
        counted.add(value)
    return counted


def drift(old: float, new: float) -> Drift:
    """How far a mean success rate moved, in per cent of the *old* one.

    Significant above 20 % (strict, either way); critical from 50, high from 35, medium from 20.
    """
    percent = round((new - old) / old * 100, 9) if old else 0.0
    word = next((word for least, word in SEVERITIES if abs(percent) >= least), "low")
    return Drift(percent, abs(percent) > SIGNIFICANT, word)
