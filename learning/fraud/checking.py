"""What one look at a history gives, and what has to be known for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from learning.domains.baselines import MIN_PEERS, Baseline, Moments
from learning.fraud.detectors import examine
from learning.fraud.detectors.context import Context
from learning.fraud.fusion import BORDERS, Verdict, classify, fuse
from learning.fraud.history import History, Signal
from learning.fraud.population import MIN_APPLICATIONS, Profile

LEAST_UPDATES = 5  # below this and ten applications no detector can speak


@dataclass(frozen=True)
class Known:
    """What a scan knows around every history; ``domains`` holds the rates of the peers."""

    profile: Profile = field(default_factory=Profile)
    domains: Mapping[str, Moments] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    borders: Mapping[str, float] = field(default_factory=lambda: dict(BORDERS))

    def around(self, history: History) -> Context:
        """The context of one history: its own rate is left out of its domain's baseline."""
        return Context(self.profile, self._baseline(history), self.totals, self.thresholds)

    def _baseline(self, history: History) -> Baseline | None:
        found = self.domains.get(history.domain)
        if found is None:
            return None
        counted = history.status == "active" and history.applications >= MIN_APPLICATIONS
        counted = counted and not history.counts_itself  # then it is not among the peers
        rest = found.without(history.success_rate) if counted else found
        return Baseline(rest.mean, rest.std, rest.count) if rest.count >= MIN_PEERS else None


@dataclass(frozen=True)
class Check:
    """The outcome of one look: every detector's signal, the fused verdict and its class."""

    history: History
    signals: tuple[Signal, ...]
    verdict: Verdict
    classification: str

    @property
    def fired(self) -> list[Signal]:
        return [signal for signal in self.signals if signal.fired]


def check(history: History, known: Known) -> Check:
    """Look at *history* with all detectors."""
    signals = tuple(examine(history, known.around(history)))
    verdict = fuse((signal.detector, signal.score) for signal in signals if signal.fired)
    return Check(history, signals, verdict, classify(verdict.score, known.borders))


def too_little(history: History) -> bool:
    """Whether no detector could say anything about *history*."""
    return history.applications < MIN_APPLICATIONS and len(history.updates) < LEAST_UPDATES
