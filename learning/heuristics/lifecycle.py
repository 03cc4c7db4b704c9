"""When a rule fades, rests, is given up, or may become golden. Arithmetic only, no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from learning.heuristics.confidence import DECAY_FACTOR, FLOOR

IDLE_DAYS = 14  # each full span without use is one step of decay
RESTS_BELOW = 0.20
OFFERED_AFTER_DAYS = 90  # of rest: offered for revival …
ARCHIVED_AFTER_DAYS = 90  # … and archived when more than this has passed and nobody took it
ANSWER_HOURS = 20  # between the offer and the archive; less than a day, as runs come daily
ARCHIVED_UNOFFERED_DAYS = 180

CONTRADICTED_SHARE = 0.30
LEAST_APPLICATIONS = 10
AT_RISK_PART = 0.7  # of CONTRADICTED_SHARE, hence 21 %
AT_RISK_APPLICATIONS = 5

ACTIVE_PER_DOMAIN, DORMANT_PER_DOMAIN = 10, 20

GOLDEN_CONFIDENCE, GOLDEN_HELD, GOLDEN_RATIO = 0.90, 10, 10
GOLDEN_LOWER, GOLDEN_QUANTILE = 0.80, 0.05
GOLDEN_GRADERS = 2
DEMOTED_BELOW = 0.80


class Tally(NamedTuple):
    """Outcomes of a rule."""

    held: int
    failed: int = 0
    contradicted: int = 0

    @property
    def total(self) -> int:
        return self.held + self.failed + self.contradicted

    @property
    def contradiction_rate(self) -> float:
        return self.contradicted / self.total if self.total > 0 else 0.0


class Verdict(NamedTuple):
    """Whether something holds, and the number that says why."""

    holds: bool
    reason: str


def decay_steps(idle_since: datetime, now: datetime) -> int:
    """Full spans of IDLE_DAYS that have passed without use."""
    return max(0, (now - idle_since) // timedelta(days=IDLE_DAYS))


def fade(carried: float, steps: int, *, rests: bool = True) -> tuple[float, int]:
    """The confidence after at most *steps* steps of decay, and how many were taken.

    A rule that *rests* stops at the first value below RESTS_BELOW, for a dormant rule does not
    fade: whether it is looked at daily or after a year, the result is the same.
    """
    for taken in range(1, steps + 1):
        carried = max(DECAY_FACTOR * carried, FLOOR)
        if rests and carried < RESTS_BELOW:
            return carried, taken
    return carried, steps


def deprecation(tally: Tally, least: int = LEAST_APPLICATIONS) -> Verdict:
    """Whether a rule is contradicted too often: strictly more than 30 % of enough outcomes."""
    least = max(1, least)
    if tally.total < least:
        return Verdict(False, f"Insufficient applications ({tally.total}/{least})")
    # whole numbers: 3 of 10 is exactly the limit and not above it
    above = tally.contradicted * 100 > round(CONTRADICTED_SHARE * 100) * tally.total
    return Verdict(above, f"contradicted in {tally.contradiction_rate:.1%} of {tally.total}")


def at_risk(tally: Tally) -> bool:
    """Strictly more than 21 % contradicted, of at least five outcomes."""
    limit = round(CONTRADICTED_SHARE * AT_RISK_PART * 100)
    return tally.total >= AT_RISK_APPLICATIONS and tally.contradicted * 100 > limit * tally.total


def recency(days: float | None) -> float:
    """How much the time since the last use leaves of a rule's eviction score."""
    if days is None:
        return 0.25
    for limit, factor in ((90, 0.1), (60, 0.3), (30, 0.5), (14, 0.7), (7, 0.85)):
        if days > limit:
            return factor
    return 1.0


def usage(held: int) -> float:
    """How much the number of outcomes that held leaves of a rule's eviction score."""
    if held <= 0:
        return 0.5
    if held < 3:
        return 0.7
    return 0.85 if held < 10 else 1.0


def eviction_score(confidence: float, days: float | None, held: int) -> float:
    """The lowest goes to rest first where a domain is too full. *days* since the last use."""
    return confidence * recency(days) * usage(held)


def golden_criteria(confidence: float, tally: Tally) -> bool:
    """The documented criteria: carries 0.9, held ten times, and failed in less than one of 11."""
    return (
        confidence >= GOLDEN_CONFIDENCE
        and tally.held >= GOLDEN_HELD
        and (tally.failed <= 0 or tally.held // tally.failed > GOLDEN_RATIO)
    )


def demotion(confidence: float, tally: Tally) -> str:
    """Why a golden rule should be looked at again; empty when nothing speaks against it."""
    if confidence < DEMOTED_BELOW:
        return f"Carries {confidence:.3f}, below {DEMOTED_BELOW:.2f}."
    verdict = deprecation(tally)
    return f"It was {verdict.reason} outcomes." if verdict.holds else ""
