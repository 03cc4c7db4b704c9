"""What is known around a history, and how a documented score and a tail become one verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learning.domains.baselines import Baseline
from learning.fraud.history import Signal, quiet
from learning.fraud.population import Profile
from learning.fraud.tails import score_of

THRESHOLD = 0.5  # a detector fires above it (strict), unless a steward applied another
ALONE = 0.5358  # the score that is suspicious by itself: documented ones from here on stand
EXCUSED_ABOVE = 0.01  # one honest rule in 100 looks like this: a documented score is not enough


@dataclass(frozen=True)
class Context:
    """``baseline`` leaves the subject out; ``totals`` are outcomes per agent anywhere;
    ``thresholds`` are the applied ones by detector."""

    profile: Profile = field(default_factory=Profile)
    baseline: Baseline | None = None
    totals: Mapping[str, int] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def fires(self, detector: str, score: float) -> bool:
        """Strictly above 0.5; at or above a threshold that a steward applied."""
        applied = self.thresholds.get(detector)
        return score > THRESHOLD if applied is None else score >= applied


@dataclass(frozen=True)
class Finding:
    """What a detector measured: the documented score, the tail among the honest, an excuse.

    ``usual`` is the tail above which the documented score alone accuses nobody.
    """

    detector: str
    documented: float
    reason: str
    evidence: dict[str, Any]
    tail: float | None = None
    excuse: str = ""
    usual: float = EXCUSED_ABOVE


def judge(found: Finding, context: Context, severity: str | None = None) -> Signal:
    """The documented score stands unless honest rules look alike; a rare tail may raise it."""
    score, tail = min(1.0, max(0.0, found.documented)), found.tail
    evidence = {**found.evidence, "documented_score": round(score, 6)}
    if tail is not None:
        evidence["honest_tail"] = float(f"{tail:.3g}")
    if found.excuse:
        return quiet(found.detector, found.excuse, min(score, THRESHOLD), **evidence)
    if tail is not None:
        usual = tail > found.usual
        if usual and context.fires(found.detector, score):
            reason = f"{found.reason}; one honest rule in {1 / tail:.0f} looks like this here"
            return quiet(found.detector, reason, min(score, THRESHOLD), **evidence)
        if score < ALONE or not context.fires(found.detector, score):
            score = score if usual else max(score, score_of(tail))
    if not context.fires(found.detector, score):
        return quiet(found.detector, found.reason, score, **evidence)
    word = severity or ("high" if score > 0.7 else "medium")
    return Signal(found.detector, score, word, found.reason, True, evidence)
