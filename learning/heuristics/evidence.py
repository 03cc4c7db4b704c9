"""What the outcomes of a rule support, and the stage of its life that they put it in. Pure.

A rule carries a confidence; its outcomes support a distribution of what it is worth. Both are
shown together, so that a claim beyond its evidence is seen. docs/trust.md explains the weights.
"""

from __future__ import annotations

from typing import Protocol

from elfsite.charts.numbers import beta_quantiles, shape
from learning.heuristics.confidence import CONTRADICTION, FAILURE, SUCCESS
from learning.heuristics.lifecycle import (
    GOLDEN_LOWER,
    GOLDEN_QUANTILE,
    Tally,
    at_risk,
    golden_criteria,
)

PRIOR = (1.0, 1.0)  # before any outcome every share is as likely: Beta(1, 1)
# What one outcome counts, by who graded it. Nobody's word counts for more than one observation,
# an agent's for half of one, the author's own for none.
WEIGHTS = {"human": 1.0, "ci": 0.85, "tool": 0.7, "agent": 0.5, "self": 0.0}
# Who graded imported counts is not recorded; as a rule it was an agent.
UNKNOWN_GRADER = 0.5
CONTRADICTED = 1.5  # a contradicted rule is worse than one that merely failed

VALIDATED_HELD = 5
RISK_OUTCOMES = 5  # fewer say nothing about a risk

STAGES = (
    "warm-up",
    "learning",
    "at risk",
    "validated",
    "golden candidate",
    "golden",
    "dormant",
    "quarantined",
    "archived",
    "deprecated",
)
HUES = {"golden": "gold", "golden candidate": "gold", "at risk": "hot", "dormant": "cold"}


class Counted(Protocol):
    """What the evidence of a rule is read from; a Heuristic has it."""

    times_validated: int
    times_violated: int
    times_contradicted: int
    evidence_held: float
    evidence_against: float


class Rule(Protocol):
    """What the stage of a rule is judged by; a Heuristic has it."""

    confidence: float
    times_validated: int
    times_violated: int
    times_contradicted: int
    is_golden: bool
    is_quarantined: bool
    status: str
    ema_warmup_remaining: int


def weight_of(grader_class: str | None) -> float:
    """What an outcome counts that a grader of this class reports; unknown classes as unknown."""
    return WEIGHTS.get(grader_class or "", UNKNOWN_GRADER)


def shift(kind: str, grader_class: str | None) -> tuple[float, float]:
    """What an outcome adds to ``evidence_held`` and ``evidence_against`` of its rule.

    The counts of a rule weigh UNKNOWN_GRADER each whoever writes them, raw SQL and imports too;
    these two columns hold what known graders add to that, or take from it.
    """
    more = weight_of(grader_class) - UNKNOWN_GRADER
    if kind == SUCCESS:
        return more, 0.0
    if kind == FAILURE:
        return 0.0, more
    return (0.0, CONTRADICTED * more) if kind == CONTRADICTION else (0.0, 0.0)


def posterior(
    held: int,
    failed: int,
    contradicted: int = 0,
    *,
    weight: float = UNKNOWN_GRADER,
    more_held: float = 0.0,
    more_against: float = 0.0,
) -> tuple[float, float]:
    """The parameters of the Beta distribution that the outcomes of a rule support.

    *weight* is what one counted outcome weighs, *more_held* and *more_against* what is known
    beyond that. Negative counts, which raw rows may hold, count as none.
    """
    a, b = PRIOR
    against = max(0, failed) + CONTRADICTED * max(0, contradicted)
    return (
        a + max(0.0, weight * max(0, held) + more_held),
        b + max(0.0, weight * against + more_against),
    )


def posterior_of(rule: Counted) -> tuple[float, float]:
    """The parameters of *rule*'s Beta distribution, from its own columns alone."""
    held, against = rule.evidence_held, rule.evidence_against
    return posterior(*tally_of(rule), more_held=_counted(held), more_against=_counted(against))


def lower_bound(a: float, b: float) -> float:
    """The share that Beta(*a*, *b*) exceeds with a probability of 95 %."""
    return beta_quantiles(*shape(a, b), (GOLDEN_QUANTILE,))[0]


def is_earned(rule: Counted) -> bool:
    """Whether the evidence alone supports gold: its lower bound is at least GOLDEN_LOWER."""
    return lower_bound(*posterior_of(rule)) >= GOLDEN_LOWER


def tally_of(rule: Rule | Counted) -> Tally:
    """The outcomes of *rule*; what a raw row holds instead of a number counts as none."""
    counts = rule.times_validated, rule.times_violated, rule.times_contradicted
    return Tally(*(max(0, int(_counted(count))) for count in counts))


def _counted(value: float) -> float:
    return value if isinstance(value, int | float) else 0


def stage_of(rule: Rule) -> str:
    """The stage of *rule*: what somebody decided first, then what its outcomes say.

    Risk comes before promise: a rule that is often contradicted is no candidate for gold.
    """
    decided = _decided(rule)
    if decided:
        return decided
    if is_at_risk(rule):
        return "at risk"
    if may_become_golden(rule):
        return "golden candidate"
    if tally_of(rule).held >= VALIDATED_HELD:
        return "validated"
    return "warm-up" if _counted(rule.ema_warmup_remaining) > 0 else "learning"


def _decided(rule: Rule) -> str:
    if rule.is_quarantined or rule.status == "quarantined":
        return "quarantined"
    if rule.status in {"archived", "deprecated", "dormant"}:
        return rule.status
    return "golden" if rule.is_golden else ""


def is_at_risk(rule: Rule) -> bool:
    """From five outcomes on: contradicted in more than 21 % of them, or failed more than held."""
    tally = tally_of(rule)
    return at_risk(tally) or (tally.total >= RISK_OUTCOMES and tally.failed > tally.held)


def may_become_golden(rule: Rule) -> bool:
    """The documented criteria; it says nothing of status and fraud, ``stage_of`` looked before."""
    return golden_criteria(rule.confidence, tally_of(rule))


def hue_of(stage: str) -> str:
    """The hue of a rule's leaf at *stage*."""
    return HUES.get(stage, "leaf")
